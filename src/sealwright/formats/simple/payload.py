"""The payload: which image is signed, under which name (containers-signature(5); atomic's JSON schema).

    {"critical": {"identity": {"docker-reference": "registry.example/app:v1"},
                  "image": {"docker-manifest-digest": "sha256:…"},
                  "type": "atomic container signature"},
     "optional": {"creator": "atomic 5.23.1", "timestamp": 1795213621}}

All of `critical` and `optional` itself must be there, nothing else may be, in exactly this case, each member
once; `optional` may hold members that nobody knows. A timestamp may be written as any number without a
fraction. So far strict and lenient reading agree, with each other and with containers/image.

The specification asks to refuse known members with values that mean nothing, and two readers must never see
two documents in one. So strict reading also refuses

* members of unknown optional objects that stand twice, at any depth,
* bytes that are no UTF-8 text, and halves of surrogate pairs,
* a creator or timestamp that is null, and a timestamp before 1970.

Lenient reading takes these, as containers/image does, and says so in `Payload.odd`.
"""

from collections.abc import Iterator, Mapping

import msgspec

from sealwright import limits, strict_json
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError, UsageError

__all__ = ["TYPE", "Payload", "read", "write"]

TYPE = "atomic container signature"
"""What `critical.type` says."""


class Payload(msgspec.Struct, frozen=True):
    """What was signed: `timestamp` is in seconds since 1970, the digest and the reference as they stand.

    `odd` says in words what only lenient reading takes.
    """

    docker_reference: str
    docker_manifest_digest: str
    creator: str | None = None
    timestamp: int | None = None
    odd: tuple[str, ...] = ()


def write(reference: str, digest: Digest, creator: str, timestamp: int) -> bytes:
    """A payload, byte for byte as containers/image would write it: one line, members in order.

    Args:
        reference: the name that the signature is about, with a tag or digest, as it shall stand there.
        digest: of the manifest, SHA-256.
        creator: the program that makes the signature, and its version.
        timestamp: seconds since 1970.

    Raises:
        UsageError: `signing.digest-not-sha256`: verifiers compare with SHA-256 only.
    """
    if digest.algorithm != "sha256":
        raise UsageError("signing.digest-not-sha256", digest=str(digest))
    return msgspec.json.encode(
        {
            "critical": {
                "identity": {"docker-reference": reference},
                "image": {"docker-manifest-digest": str(digest)},
                "type": TYPE,
            },
            "optional": {"creator": creator, "timestamp": timestamp},
        }
    )


def read(content: bytes, *, lenient: bool = False) -> Payload:
    """Read a payload. Whether its signature is good must be known before anything in it is believed.

    Args:
        content: the signed bytes.
        lenient: take what containers/image takes; see above.

    Raises:
        MalformedSignatureError: `parse.simple-payload-malformed`.
    """
    try:
        if lenient:
            value, odd = strict_json.loads_leniently(content, limits.SIMPLE_PAYLOAD_BYTES)
        else:
            value, odd = strict_json.loads(content, limits.SIMPLE_PAYLOAD_BYTES), ()
    except strict_json.JsonError as error:
        raise _malformed(error.problem) from None
    whole = _object(value, "the payload", frozenset({"critical", "optional"}))
    critical = _object(whole["critical"], "critical", frozenset({"identity", "image", "type"}))
    kind = _text(critical["type"], "critical.type")
    if kind != TYPE:
        raise _malformed(f"critical.type is {kind[:100]!r}")
    image = _object(critical["image"], "critical.image", frozenset({"docker-manifest-digest"}))
    identity = _object(critical["identity"], "critical.identity", frozenset({"docker-reference"}))
    optional = _members(whole["optional"], "optional")
    creator, timestamp = optional.get("creator"), _whole(optional.get("timestamp"))
    found = Payload(
        _text(identity["docker-reference"], "docker-reference"),
        _text(image["docker-manifest-digest"], "docker-manifest-digest"),
        None if creator is None else _text(creator, "optional.creator"),
        timestamp,
        (*odd, *_meaningless(optional)),
    )
    if found.odd and not lenient:
        raise _malformed(found.odd[0])
    return found


def _meaningless(optional: Mapping[str, object]) -> Iterator[str]:
    for name in ("creator", "timestamp"):
        if name in optional and optional[name] is None:
            yield f"optional.{name} is null"
    timestamp = optional.get("timestamp")
    if isinstance(timestamp, int | float) and timestamp < 0:
        yield "optional.timestamp is before 1970"


def _malformed(problem: str) -> MalformedSignatureError:
    return MalformedSignatureError("parse.simple-payload-malformed", problem=problem)


def _object(value: object, name: str, members: frozenset[str]) -> dict[str, object]:
    value = _members(value, name)
    if value.keys() != members:
        odd = min(value.keys() ^ members)
        raise _malformed(f"{name} {'lacks' if odd in members else 'has'} the member {odd[:100]!a}")
    return value


def _members(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _malformed(f"{name} is not an object")
    if isinstance(value, strict_json.Repeating):
        raise _malformed(f"a member of {name} stands twice")
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
