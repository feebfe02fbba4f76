"""The JWS envelope: JSON Web Signature in flattened JSON serialization.

Sources: signature-envelope-jws.md; RFC 7515, sections 4, 5 and 7.2.2; RFC 7518, section 3.

Read, in this order, and refused at the first fault:

1. one JSON object with the members `payload`, `protected`, `header`, `signature` and no other; so neither
   compact nor general serialization
2. `protected`: base64url of a JSON object, in which `alg`, `cty` and `crit` are read here and the rest by
   `attributes`; a name that differs from a known one only in its case is refused
3. `header`: `x5c` is a list of certificates in base64, leaf first; nothing that counts only where it is
   signed stands here; other names are kept, but not used
4. base64 has one form: right alphabet, no blanks, no padding in base64url, no stray bits at the end

The key signs `ASCII(protected) || "." || ASCII(payload)`, both as base64url. Written is what the reference
writes, byte for byte: protected members sorted by name, payload members too.
"""

import binascii
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

from sealwright import limits, media_types, strict_json
from sealwright.errors import MalformedSignatureError
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary.attributes import Label, SignedAttributes, UnsignedAttributes
from sealwright.formats.notary.envelope import Draft, Envelope, require_chain_length
from sealwright.pki.algorithms import ALGORITHMS

__all__ = ["PAYLOAD_ORDER", "draft", "message", "protect", "read", "write"]

PAYLOAD_ORDER = ("annotations", "digest", "mediaType", "size")

_MEMBERS = frozenset({"payload", "protected", "header", "signature"})
_OWN = ("alg", "cty", "crit")
_KNOWN = frozenset({*_OWN, *attribute.SIGNED, attribute.TIMESTAMP, attribute.AGENT, "x5c"})
_KNOWN_FOLDED = frozenset(name.casefold() for name in _KNOWN)
_BY_NAME = {algorithm.jws: algorithm for algorithm in ALGORITHMS}
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")  # the exclamation mark is in no base64
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def _malformed(problem: str) -> MalformedSignatureError:
    return MalformedSignatureError("parse.envelope-malformed", kind="JWS", problem=problem)


def _wrong(member: str, wanted: str) -> MalformedSignatureError:
    return MalformedSignatureError("parse.attribute-malformed", attribute=member, wanted=wanted)


def _object(content: bytes) -> dict[str, object]:
    try:
        value = strict_json.loads(content, limits.ENVELOPE_BYTES)
    except strict_json.JsonError as error:
        raise _malformed(error.problem) from None
    if not isinstance(value, dict):
        raise _malformed("it is not a JSON object")
    return value


def _base64url(text: object, member: str) -> bytes:
    if isinstance(text, str):
        with suppress(ValueError):  # not ASCII, or no base64
            raw = text.encode("ascii").translate(_FROM_URL)
            return _decoded(raw + b"=" * (-len(raw) % 4))
    raise _wrong(member, "base64url without padding")


def _base64(text: object, member: str) -> bytes:
    if isinstance(text, str):
        with suppress(ValueError):
            return _decoded(text.encode("ascii"))
    raise _wrong(member, "base64")


def _decoded(raw: bytes) -> bytes:
    """What base64 stands for, if it is its one form; strict decoding leaves only the last bits to check."""
    value = binascii.a2b_base64(raw, strict_mode=True)
    if _plain(value[(len(value) - 1) // 3 * 3 :]) != raw[-4:]:
        raise ValueError("stray bits")
    return value


def _plain(value: bytes) -> bytes:
    return binascii.b2a_base64(value, newline=False)


def _encoded(value: bytes) -> bytes:
    return _plain(value).translate(_TO_URL).rstrip(b"=")


def _require_exact_case(members: Mapping[str, object]) -> None:
    for name in members:
        if name not in _KNOWN and name.casefold() in _KNOWN_FOLDED:
            raise MalformedSignatureError("parse.attribute-ambiguous", attribute=name[:200])


def _time(name: str, value: object) -> datetime:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise _wrong(name, "a time in whole seconds (RFC 3339)")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(name, "a time in whole seconds (RFC 3339)") from None


def read(content: bytes) -> Envelope:
    """Read a JWS envelope.

    Args:
        content: at most `limits.ENVELOPE_BYTES`.

    Raises:
        MalformedSignatureError: a `parse.` code.
    """
    # 1. the members
    members = _object(content)
    if members.keys() != _MEMBERS:
        names = ", ".join(sorted(members))[:200]
        raise _malformed(f"it has other members than payload, protected, header, signature: {names}")
    # 2. what is signed
    protected = _object(_base64url(members["protected"], "protected"))
    signed = _signed(protected)
    # 3. what is not
    header = members["header"]
    if not isinstance(header, dict):
        raise _malformed("its header is not a JSON object")
    chain, unsigned = _unsigned(header, protected)
    # 4. each part in its one form of base64
    payload = _base64url(members["payload"], "payload")
    signature = _base64url(members["signature"], "signature")
    signing_input = f"{members['protected']}.{members['payload']}".encode()
    return Envelope(media_types.NOTARY_JWS, signed, signing_input, signature, payload, chain, unsigned)


def _signed(protected: dict[str, object]) -> SignedAttributes:
    _require_exact_case(protected)
    for name in _OWN:
        if name not in protected:
            raise MalformedSignatureError("parse.attribute-missing", attribute=name)
    algorithm = _BY_NAME.get(str(protected["alg"]))
    if algorithm is None:
        raise MalformedSignatureError("parse.algorithm-unsupported", algorithm=str(protected["alg"])[:200])
    if protected["cty"] != media_types.NOTARY_PAYLOAD:
        raise MalformedSignatureError("parse.content-type", found=str(protected["cty"])[:200])
    rest: dict[Label, object] = {name: value for name, value in protected.items() if name not in _OWN}
    return attribute.read(algorithm, rest, protected["crit"], _time)


def _unsigned(
    header: dict[str, object], protected: dict[str, object]
) -> tuple[tuple[bytes, ...], UnsignedAttributes]:
    _require_exact_case(header)
    attribute.require_unsigned(header, frozenset({*_OWN, *protected}))
    certificates = header.get("x5c", [])
    if not isinstance(certificates, list):
        raise _wrong("x5c", "a list of certificates")
    require_chain_length(len(certificates))
    chain = tuple(_base64(certificate, "x5c") for certificate in certificates)
    agent = header.get(attribute.AGENT, "")
    if not isinstance(agent, str):
        raise _wrong(attribute.AGENT, "text")
    token = _base64(header.get(attribute.TIMESTAMP, ""), attribute.TIMESTAMP)
    used = ("x5c", attribute.AGENT, attribute.TIMESTAMP)
    others: dict[Label, object] = {name: value for name, value in header.items() if name not in used}
    return chain, UnsignedAttributes(agent, token, others)


def protect(attributes: SignedAttributes) -> bytes:
    """The protected header: JSON, members sorted by name.

    Args:
        attributes: what it says; `extended` holds JSON values.
    """
    members: dict[str, object] = {
        "alg": attributes.algorithm.jws,
        "cty": media_types.NOTARY_PAYLOAD,
        "crit": list(attributes.critical),
    }
    for name, value in attributes.values().items():
        members[name] = value if isinstance(value, str) else value.strftime("%Y-%m-%dT%H:%M:%SZ")
    members |= {str(label): value for label, value in attributes.extended.items()}
    return json.dumps(members, separators=(",", ":"), sort_keys=True).encode()


def message(protected: bytes, payload: bytes) -> bytes:
    """The bytes that the key signs."""
    return _encoded(protected) + b"." + _encoded(payload)


def draft(message: bytes) -> Draft:
    """What such bytes ask a key to sign.

    Args:
        message: as `message` makes it.

    Raises:
        MalformedSignatureError: a `parse.` code.
    """
    try:
        protected, payload = message.decode("ascii").split(".")
    except ValueError:  # not ASCII, or another number of parts
        raise _malformed("it is not two texts with a dot between them") from None
    attributes = _signed(_object(_base64url(protected, "protected")))
    return Draft(media_types.NOTARY_JWS, attributes, _base64url(payload, "payload"))


def write(
    protected: bytes,
    payload: bytes,
    signature: bytes,
    chain: tuple[bytes, ...],
    unsigned: UnsignedAttributes,
) -> bytes:
    """The envelope, its members in the reference's order."""
    header: dict[Label, object] = {"x5c": [_plain(der).decode() for der in chain]}
    if unsigned.timestamp:
        header[attribute.TIMESTAMP] = _plain(unsigned.timestamp).decode()
    if unsigned.agent:
        header[attribute.AGENT] = unsigned.agent
    members = {
        "payload": _encoded(payload).decode(),
        "protected": _encoded(protected).decode(),
        "header": {**header, **unsigned.others},
        "signature": _encoded(signature).decode(),
    }
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()
