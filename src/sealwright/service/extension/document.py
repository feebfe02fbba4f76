"""The JSON of a signature, read strictly and written as clients expect it (OpenShift, "Image Signatures").

    {"schemaVersion": 2, "type": "atomic", "name": "sha256:<digest>@<32 hex>", "content": "<base64>"}

OpenShift's own manual calls the first member `version`, its programs `schemaVersion`; both are taken, and the
latter is written, which is the one that clients look for. An empty type means `atomic`. Base64 is the
standard one with padding; line breaks in it are passed over, as Go does.
"""

import base64
import binascii
import re

import msgspec

from sealwright import limits, strict_json
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, SealwrightError
from sealwright.formats.simple import stored
from sealwright.service.signatures.reading import simple_claims
from sealwright.service.signatures.records import New

__all__ = ["ATOMIC", "Signature", "invalid", "read", "signature_to_attach"]

ATOMIC = "atomic"
"""The type that clients take for a GPG simple signature."""

_VERSION = 2
_MEMBERS = frozenset({"schemaVersion", "version", "type", "name", "content"})
_TYPE = re.compile(rf"[\x21-\x7e]{{1,{limits.SIGNATURE_TYPE_LENGTH}}}")
_NAME = re.compile(r"(?P<digest>[^@]+)@(?P<name>[0-9a-f]{32})")
_MEDIA_TYPE = "application/octet-stream"


class Signature(msgspec.Struct, frozen=True):
    """What is written; `content` becomes base64."""

    schemaVersion: int  # noqa: N815  # the member's name
    name: str
    type: str
    content: bytes


class _Told(msgspec.Struct, frozen=True):
    """What a client sent, read."""

    name: str
    type: str
    content: bytes


def invalid(problem: str) -> MalformedContentError:
    """The error for a signature that is not taken."""
    return MalformedContentError("service.signature-invalid", problem=problem)


def signature_to_attach(body: bytes, digest: Digest) -> New:
    """The signature that a client wants to attach to a manifest.

    Args:
        body: the JSON, at most `limits.SIMPLE_SIGNATURE_BODY_BYTES`.
        digest: of the manifest, as the URL names it.

    Raises:
        MalformedContentError: `service.signature-invalid`.
    """
    told = read(body)
    match = _NAME.fullmatch(told.name)
    if match is None:
        raise invalid("its name is not <digest>@ and 32 lower-case hexadecimal digits")
    if match["digest"] != digest:
        raise invalid(f"its name is about {match['digest'][:150]!a}, the URL about {digest}")
    if not told.content:
        raise invalid("its content is empty")
    if len(told.content) > limits.SIMPLE_SIGNATURE_BYTES:
        raise invalid(f"its content has more than {limits.SIMPLE_SIGNATURE_BYTES} bytes")
    described = stored.describe(told.content)
    if told.type == ATOMIC:
        _require_client_takes(described, digest)
    return New(
        digest,
        "simple" if told.type == ATOMIC else "unknown",
        told.type,
        _MEDIA_TYPE,
        Digest.of(told.content),
        len(told.content),
        "extension",
        simple_claims(described),
        told.content,
        match["name"],
    )


def read(body: bytes) -> _Told:
    """Read the JSON.

    Raises:
        MalformedContentError: `service.signature-invalid`.
    """
    try:
        value = strict_json.loads(body, limits.SIMPLE_SIGNATURE_BODY_BYTES)
    except strict_json.JsonError as error:
        raise invalid(f"it is not JSON: {error.problem}") from None
    if not isinstance(value, dict):
        raise invalid("it is not a JSON object")
    unknown = value.keys() - _MEMBERS
    if unknown:
        raise invalid(f"nobody knows the member {min(unknown)[:100]!a}")
    versions = [value[name] for name in ("schemaVersion", "version") if name in value]
    if not versions:
        raise invalid("schemaVersion is missing")
    if any(version != _VERSION or isinstance(version, bool) for version in versions):
        raise invalid("only schemaVersion 2 is known")
    kind = _text(value, "type") or ATOMIC
    if _TYPE.fullmatch(kind) is None:
        raise invalid("its type is not a word of printable ASCII")
    return _Told(_text(value, "name"), kind, _decoded(_text(value, "content")))


def _text(value: dict[str, object], name: str) -> str:
    found = value.get(name, "")
    if not isinstance(found, str):
        raise invalid(f"{name} is not a text")
    return found


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        raise invalid("its content is not base64 with padding") from None


def _require_client_takes(described: stored.Described, digest: Digest) -> None:
    """Refuse what no client would take for a signature of that manifest.

    Raises:
        MalformedContentError: `service.signature-invalid`.
    """
    if described.kind not in ("signed", "unsupported"):
        more = f" ({described.problem})" if described.problem else ""
        raise invalid(f"its content is {stored.WORDS[described.kind]}, not a signed OpenPGP message{more}")
    if described.payload is None:
        raise invalid(described.problem)
    signed = described.payload.docker_manifest_digest
    try:
        matches = Digest.parse(signed) == digest
    except SealwrightError:
        matches = False
    if not matches:
        raise invalid(f"it signs the manifest {signed[:150]!a}, the URL is about {digest}")
