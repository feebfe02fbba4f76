"""The payload: which artifact the signature is about.

Source: signature-specification.md, "Payload". JSON of exactly this form, the annotations optional:

    {"targetArtifact": {"mediaType": "…", "digest": "sha256:…", "size": 517, "annotations": {"k": "v"}}}

Read strictly: a member twice, in another case, or of another name is refused, since two programs could
read such a payload differently. Written are these four members only,
whatever else the descriptor has, escaped as Go's encoder does, so that the bytes are the reference's.
"""

import json
from collections.abc import Mapping

from sealwright import limits, strict_json
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError, SealwrightError, UsageError

__all__ = ["RESERVED_PREFIX", "read", "with_metadata", "write"]

RESERVED_PREFIX = "io.cncf.notary"
"""Names of annotations that only the specification gives out."""

_TARGET = "targetArtifact"
_REQUIRED = frozenset({"mediaType", "digest", "size"})
_ALLOWED = _REQUIRED | {"annotations"}
_LARGEST_SIZE = 2**63 - 1
_HTML = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def _malformed(problem: str) -> MalformedSignatureError:
    return MalformedSignatureError("parse.payload-malformed", problem=problem)


def read(content: bytes) -> Descriptor:
    """Read a payload.

    Args:
        content: the signed bytes.

    Raises:
        MalformedSignatureError: `parse.payload-malformed`.
    """
    try:
        value = strict_json.loads(content, limits.MANIFEST_BYTES)
    except strict_json.JsonError as error:
        raise _malformed(error.problem) from None
    if not isinstance(value, dict) or value.keys() != {_TARGET}:
        raise _malformed(f"it is not an object with {_TARGET} alone")
    target = value[_TARGET]
    if not isinstance(target, dict) or not target.keys() >= _REQUIRED or not target.keys() <= _ALLOWED:
        raise _malformed(f"{_TARGET} does not have mediaType, digest, size and maybe annotations, alone")
    media_type, size = target["mediaType"], target["size"]
    if not isinstance(media_type, str) or not media_type:
        raise _malformed("mediaType is not a text")
    if type(size) is not int or not 0 <= size <= _LARGEST_SIZE:
        raise _malformed("size is not a number of bytes")
    annotations = target.get("annotations", {})
    if not isinstance(annotations, dict) or len(annotations) > limits.ANNOTATIONS:
        raise _malformed("annotations are not an object, or too many")
    if not all(isinstance(text, str) for text in annotations.values()):
        raise _malformed("an annotation is not a text")
    return Descriptor(media_type, _digest(target["digest"]), size, annotations=annotations)


def _digest(value: object) -> Digest:
    try:
        return Digest.parse(value if isinstance(value, str) else "")
    except SealwrightError as error:
        raise _malformed(str(error)) from None


def write(target: Descriptor, order: tuple[str, ...]) -> bytes:
    """The payload for an artifact.

    Args:
        target: only media type, digest, size and annotations are written.
        order: of those members, by their names in JSON.
    """
    members: dict[str, object] = {
        "mediaType": target.media_type,
        "digest": str(target.digest),
        "size": target.size,
    }
    if target.annotations:
        members["annotations"] = dict(sorted(target.annotations.items()))
    ordered = {name: members[name] for name in order if name in members}
    text = json.dumps({_TARGET: ordered}, separators=(",", ":"), ensure_ascii=False)
    return text.translate(_HTML).encode()


def with_metadata(target: Descriptor, metadata: Mapping[str, str]) -> Descriptor:
    """The artifact's descriptor with the user's metadata among its annotations, and nothing else to spare.

    Args:
        target: the descriptor.
        metadata: what the user wants to have signed along.

    Raises:
        UsageError: `signing.metadata-not-text`, `signing.metadata-reserved`, `signing.metadata-clash` or
            `signing.metadata-too-many`.
    """
    for key, value in metadata.items():
        if not _is_text(key + value):
            raise UsageError("signing.metadata-not-text", key=key)
        if key.startswith(RESERVED_PREFIX):
            raise UsageError("signing.metadata-reserved", key=key, prefix=RESERVED_PREFIX)
        if key in target.annotations:
            raise UsageError("signing.metadata-clash", key=key)
    annotations = {**target.annotations, **metadata}
    if len(annotations) > limits.ANNOTATIONS:
        raise UsageError("signing.metadata-too-many", found=len(annotations), limit=limits.ANNOTATIONS)
    return Descriptor(target.media_type, target.digest, target.size, annotations=annotations)


def _is_text(word: str) -> bool:
    """Whether a word can be signed: it holds no bytes of a command line that are no UTF-8."""
    return not any("\ud800" <= letter <= "\udfff" for letter in word)
