"""The payload: which image is signed, under which name (containers-signature(5); atomic's JSON schema).

    {"critical": {"identity": {"docker-reference": "registry.example/app:v1"},
                  "image": {"docker-manifest-digest": "sha256:…"},
                  "type": "atomic container signature"},
     "optional": {"creator": "atomic 5.23.1", "timestamp": 1795213621}}

All of `critical` and `optional` itself must be there, nothing else may be, in exactly this case, each member
once; `optional` may hold members that nobody knows. A creator or timestamp that is null counts as absent; a
timestamp may be written as any number without a fraction. So far this is what containers/image takes. Beyond
it, members that stand twice and bytes that are no text are refused at every depth.
"""

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import MalformedSignatureError

__all__ = ["TYPE", "Payload", "read"]

TYPE = "atomic container signature"
"""What `critical.type` says."""


class Payload(msgspec.Struct, frozen=True):
    """What was signed: `timestamp` is in seconds since 1970, the digest and the reference as they stand."""

    docker_reference: str
    docker_manifest_digest: str
    creator: str | None = None
    timestamp: int | None = None


def read(content: bytes) -> Payload:
    """Read a payload. Whether its signature is good must be known before anything in it is believed.

    Args:
        content: the signed bytes.

    Raises:
        MalformedSignatureError: `parse.simple-payload-malformed`.
    """
    try:
        value = strict_json.loads(content, limits.SIMPLE_PAYLOAD_BYTES)
    except strict_json.JsonError as error:
        raise _malformed(error.problem) from None
    whole = _object(value, "the payload", frozenset({"critical", "optional"}))
    critical = _object(whole["critical"], "critical", frozenset({"identity", "image", "type"}))
    kind = _text(critical["type"], "critical.type")
    if kind != TYPE:
        raise _malformed(f"critical.type is {kind[:100]!r}")
    image = _object(critical["image"], "critical.image", frozenset({"docker-manifest-digest"}))
    identity = _object(critical["identity"], "critical.identity", frozenset({"docker-reference"}))
    optional = whole["optional"]
    if not isinstance(optional, dict):
        raise _malformed("optional is not an object")
    creator = optional.get("creator")
    return Payload(
        _text(identity["docker-reference"], "docker-reference"),
        _text(image["docker-manifest-digest"], "docker-manifest-digest"),
        None if creator is None else _text(creator, "optional.creator"),
        _whole(optional.get("timestamp")),
    )


def _malformed(problem: str) -> MalformedSignatureError:
    return MalformedSignatureError("parse.simple-payload-malformed", problem=problem)


def _object(value: object, name: str, members: frozenset[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _malformed(f"{name} is not an object")
    if value.keys() != members:
        odd = min(value.keys() ^ members)
        raise _malformed(f"{name} {'lacks' if odd in members else 'has'} the member {odd[:100]!a}")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _malformed(f"{name} is not a text")
    return value


def _whole(value: object) -> int | None:
    """A timestamp: any number that has no fraction and can be a time."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _malformed("optional.timestamp is not a number")
    if value != int(value) or abs(value) > limits.SIMPLE_TIMESTAMP:
        raise _malformed("optional.timestamp is not an integer")
    return int(value)
