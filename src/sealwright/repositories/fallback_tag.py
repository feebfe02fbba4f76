"""The referrers tag: where referrers are listed if the registry has no API for them.

Distribution-spec 1.1, "Referrers Tag Schema": the tag is made of the subject's digest, the algorithm cut to
32 and the encoded part to 64 characters; behind it stands an image index with a descriptor for each referrer,
with its artifactType and all of its annotations. Whoever pushes a referrer reads the index, appends and
writes it back. Members and entries that we do not know are kept as they are.
"""

import re
from collections.abc import Mapping

import msgspec

from sealwright import limits, media_types, strict_json
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError
from sealwright.repositories.entries import entry_for

__all__ = ["entries", "tag_for", "with_entry", "without_entry"]

_ALGORITHM_LENGTH = 32
_ENCODED_LENGTH = 64
_NOT_IN_TAGS = re.compile(r"[^\w.-]", re.ASCII)
_EMPTY_INDEX: Mapping[str, object] = {
    "schemaVersion": 2,
    "mediaType": media_types.IMAGE_INDEX,
    "manifests": [],
}


def tag_for(digest: Digest) -> str:
    """The tag under which the referrers of a subject are listed."""
    tag = f"{digest.algorithm[:_ALGORITHM_LENGTH]}-{digest.encoded[:_ENCODED_LENGTH]}"
    return _NOT_IN_TAGS.sub("-", tag)


def entries(content: bytes, tag: str) -> list[Mapping[str, object]]:
    """The descriptors of an index as they stand there.

    Args:
        content: of the index.
        tag: names it in messages.

    Raises:
        MalformedContentError: `registry.fallback-malformed`.
    """
    return list(_listed(_read(content, tag), tag))


def with_entry(content: bytes | None, entry: Descriptor, tag: str) -> bytes | None:
    """The index with one more entry.

    Args:
        content: of the index; None if there is none yet.
        entry: the referrer, with artifactType and annotations.
        tag: names the index in messages.

    Returns:
        The new content; None if it lists the referrer already, exactly so.

    Raises:
        MalformedContentError: `registry.fallback-malformed`, `registry.fallback-full`.
    """
    index = dict(_EMPTY_INDEX) if content is None else _read(content, tag)
    new = entry_for(entry)
    listed = list(_listed(index, tag))
    if new in listed:
        return None
    kept = [one for one in listed if one.get("digest") != entry.digest]
    if len(kept) >= limits.REFERRERS_LISTED:
        raise MalformedContentError("registry.fallback-full", tag=tag, limit=limits.REFERRERS_LISTED)
    made = msgspec.json.encode({**index, "manifests": [*kept, new]})
    if len(made) > limits.MANIFEST_BYTES:
        raise MalformedContentError("registry.fallback-full", tag=tag, limit=len(kept))
    return made


def without_entry(content: bytes, digest: Digest, tag: str) -> bytes | None:
    """The index without a referrer; None if it does not list it.

    Raises:
        MalformedContentError: `registry.fallback-malformed`.
    """
    index = _read(content, tag)
    listed = _listed(index, tag)
    kept = [one for one in listed if one.get("digest") != digest]
    if len(kept) == len(listed):
        return None
    return msgspec.json.encode({**index, "manifests": kept})


def _read(content: bytes, tag: str) -> dict[str, object]:
    try:
        value = strict_json.loads(content, limits.MANIFEST_BYTES)
    except strict_json.JsonError as error:
        raise _malformed(tag, str(error)) from None
    if not isinstance(value, dict):
        raise _malformed(tag, "it is not an object")
    media_type = value.get("mediaType", media_types.IMAGE_INDEX)
    if not isinstance(media_type, str) or media_type not in media_types.INDEXES:
        raise _malformed(tag, "it is not an index")
    return value


def _listed(index: Mapping[str, object], tag: str) -> list[dict[str, object]]:
    listed = index.get("manifests")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _malformed(tag, "it has no list of manifests")
    return listed


def _malformed(tag: str, problem: str) -> MalformedContentError:
    return MalformedContentError("registry.fallback-malformed", tag=tag, problem=problem)
