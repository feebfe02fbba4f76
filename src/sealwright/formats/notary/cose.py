"""The COSE envelope: COSE_Sign1_Tagged.

Sources: signature-envelope-cose.md; RFC 9052, sections 3, 4.2 and 4.4; RFC 9360 (x5chain); RFC 8949.

Read, in this order, and refused at the first fault:

1. one CBOR item in preferred serialization (RFC 8949, section 4.1: shortest forms, definite lengths), no
   member twice, nothing behind it, nested no deeper than `limits.CBOR_DEPTH`, with no tags but 18 around
   it and 1 on times; the order of members is free
2. tag 18 on a list of four: protected bytes, unprotected map, payload bytes, signature bytes
3. protected: a map in the same strict form. Labels 1 (algorithm), 2 (critical) and 3 (content type, text)
   are read here, the rest by `attributes`. Times are tag 1 on a whole number
4. unprotected: nothing that counts only where it is signed; other labels are kept, but not used
5. label 33, the chain, leaf first: unprotected or protected, not both; a list of byte strings, or one byte
   string for a single certificate. (The reference reads only an unprotected list.)

The key signs `["Signature1", protected, h'', payload]`. Written is what the reference writes, byte for
byte: protected members shortest label first, the chain an unprotected list.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import cbor2

from sealwright import limits, media_types
from sealwright.errors import MalformedSignatureError
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary.attributes import Label, SignedAttributes, UnsignedAttributes
from sealwright.formats.notary.envelope import Draft, Envelope, require_chain_length
from sealwright.pki.algorithms import ALGORITHMS

__all__ = ["PAYLOAD_ORDER", "draft", "message", "protect", "read", "write"]

PAYLOAD_ORDER = ("mediaType", "digest", "size", "annotations")

_SIGN1 = 18
_CONTEXT = "Signature1"
_PARTS = 4
_EPOCH_TIME = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ALGORITHM, _CRITICAL, _CONTENT_TYPE, _CHAIN = 1, 2, 3, 33
_OWN = (_ALGORITHM, _CRITICAL, _CONTENT_TYPE)
_BY_NUMBER = {algorithm.cose: algorithm for algorithm in ALGORITHMS}


def _refuse_tag(value: object, immutable: bool) -> object:  # noqa: FBT001  # the decoder's signature
    del value, immutable
    raise ValueError("a tag that no envelope needs")


def _keep_time(value: object, immutable: bool) -> object:  # noqa: FBT001  # the decoder's signature
    del immutable
    return cbor2.CBORTag(_EPOCH_TIME, value)


def _keep_envelope(tag: cbor2.CBORTag, immutable: bool) -> object:  # noqa: FBT001  # the decoder's signature
    return tag if tag.tag == _SIGN1 else _refuse_tag(tag, immutable)


_BUILT_IN_TAGS = (
    0,
    2,
    3,
    4,
    5,
    25,
    28,
    29,
    30,
    35,
    36,
    37,
    52,
    54,
    100,
    256,
    258,
    260,
    261,
    1004,
    43000,
    55799,
)
"""Tags that the library would turn into objects of its own: dates, big numbers, patterns, shared values."""

_DECODERS = {**dict.fromkeys(_BUILT_IN_TAGS, _refuse_tag), _EPOCH_TIME: _keep_time}


def _malformed(problem: str) -> MalformedSignatureError:
    return MalformedSignatureError("parse.envelope-malformed", kind="COSE", problem=problem)


def _wrong(label: Label, wanted: str) -> MalformedSignatureError:
    return MalformedSignatureError("parse.attribute-malformed", attribute=str(label), wanted=wanted)


def _item(content: bytes) -> object:
    """One CBOR item in its one accepted form."""
    try:
        value: object = cbor2.loads(
            content,
            tag_hook=_keep_envelope,
            semantic_decoders=_DECODERS,
            max_depth=limits.CBOR_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        )
        again = cbor2.dumps(value)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise _malformed(str(error)[:200]) from None
    if again != content:
        raise _malformed("it is not written in the shortest form, or something stands behind it")
    return value


def _time(name: str, value: object) -> datetime:
    if isinstance(value, cbor2.CBORTag) and value.tag == _EPOCH_TIME and type(value.value) is int:
        try:
            return _EPOCH + timedelta(seconds=value.value)
        except OverflowError:
            pass
    raise _wrong(name, "a time in whole seconds with tag 1")


def read(content: bytes) -> Envelope:
    """Read a COSE envelope.

    Args:
        content: at most `limits.ENVELOPE_BYTES`.

    Raises:
        MalformedSignatureError: a `parse.` code.
    """
    # 1. and 2. the item
    if len(content) > limits.ENVELOPE_BYTES:
        raise _malformed(f"it is larger than {limits.ENVELOPE_BYTES} bytes")
    item = _item(content)
    if not isinstance(item, cbor2.CBORTag) or item.tag != _SIGN1:
        raise _malformed("it is not tagged as COSE_Sign1")
    parts = item.value
    if not isinstance(parts, list | tuple) or len(parts) != _PARTS:
        raise _malformed("it has other parts than protected, unprotected, payload and signature")
    protected, unprotected, payload, signature = parts
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise _malformed("protected header, payload and signature are not all byte strings")
    # 3. what is signed
    signed = _labelled(_item(protected))
    attributes = _signed({label: value for label, value in signed.items() if label != _CHAIN})
    # 4. what is not
    others = _labelled(unprotected)
    attribute.require_unsigned(others, frozenset({*_OWN, *signed}))
    # 5. the chain
    chain = _chain(signed.get(_CHAIN, others.get(_CHAIN, ())))
    signing_input = message(protected, payload)
    return Envelope(
        media_types.NOTARY_COSE, attributes, signing_input, signature, payload, chain, _unsigned(others)
    )


def _labelled(value: object) -> dict[Label, object]:
    if not isinstance(value, Mapping):
        raise _malformed("a header is not a map")
    if not all(type(label) in (str, int) for label in value):
        raise _malformed("a label is neither text nor a whole number")
    return dict(value)


def _signed(members: dict[Label, object]) -> SignedAttributes:
    for label in _OWN:
        if label not in members:
            raise MalformedSignatureError("parse.attribute-missing", attribute=str(label))
    number = members.pop(_ALGORITHM)
    algorithm = _BY_NUMBER.get(number) if type(number) is int else None
    if algorithm is None:
        raise MalformedSignatureError("parse.algorithm-unsupported", algorithm=str(number)[:200])
    content_type = members.pop(_CONTENT_TYPE)
    if content_type != media_types.NOTARY_PAYLOAD:
        raise MalformedSignatureError("parse.content-type", found=str(content_type)[:200])
    critical = members.pop(_CRITICAL)
    return attribute.read(algorithm, members, critical, _time)


def _chain(value: object) -> tuple[bytes, ...]:
    if isinstance(value, bytes):
        return (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(der, bytes) for der in value):
        raise _wrong(_CHAIN, "a list of certificates")
    require_chain_length(len(value))
    return tuple(value)


def _unsigned(members: dict[Label, object]) -> UnsignedAttributes:
    agent = members.get(attribute.AGENT, "")
    if not isinstance(agent, str):
        raise _wrong(attribute.AGENT, "text")
    token = members.get(attribute.TIMESTAMP, b"")
    if not isinstance(token, bytes):
        raise _wrong(attribute.TIMESTAMP, "a byte string")
    used = (_CHAIN, attribute.AGENT, attribute.TIMESTAMP)
    return UnsignedAttributes(
        agent, token, {label: value for label, value in members.items() if label not in used}
    )


def protect(attributes: SignedAttributes) -> bytes:
    """The protected header: a CBOR map, shortest label first.

    Args:
        attributes: what it says; `extended` holds CBOR values.
    """
    members: dict[Label, object] = {
        _ALGORITHM: attributes.algorithm.cose,
        _CRITICAL: list(attributes.critical),
        _CONTENT_TYPE: media_types.NOTARY_PAYLOAD,
    }
    for name, value in attributes.values().items():
        seconds = int(value.timestamp()) if isinstance(value, datetime) else 0
        members[name] = value if isinstance(value, str) else cbor2.CBORTag(_EPOCH_TIME, seconds)
    return cbor2.dumps({**members, **attributes.extended}, canonical=True)


def message(protected: bytes, payload: bytes) -> bytes:
    """The bytes that the key signs: a Sig_structure without external data."""
    return cbor2.dumps([_CONTEXT, protected, b"", payload])


def draft(message: bytes) -> Draft:
    """What such bytes ask a key to sign.

    Args:
        message: as `message` makes it.

    Raises:
        MalformedSignatureError: a `parse.` code.
    """
    parts = _item(message)
    if not isinstance(parts, list | tuple) or len(parts) != _PARTS or (parts[0], parts[2]) != (_CONTEXT, b""):
        raise _malformed("it is no Sig_structure of a COSE_Sign1 without external data")
    protected, payload = parts[1], parts[3]
    if not isinstance(protected, bytes) or not isinstance(payload, bytes):
        raise _malformed("protected header and payload are not both byte strings")
    signed = _labelled(_item(protected))
    attributes = _signed({label: value for label, value in signed.items() if label != _CHAIN})
    return Draft(media_types.NOTARY_COSE, attributes, payload)


def write(
    protected: bytes,
    payload: bytes,
    signature: bytes,
    chain: tuple[bytes, ...],
    unsigned: UnsignedAttributes,
) -> bytes:
    """The envelope, its unprotected members in the reference's order."""
    header: dict[Label, object] = {_CHAIN: list(chain)}
    if unsigned.timestamp:
        header[attribute.TIMESTAMP] = unsigned.timestamp
    if unsigned.agent:
        header[attribute.AGENT] = unsigned.agent
    parts = [protected, {**header, **unsigned.others}, payload, signature]
    return cbor2.dumps(cbor2.CBORTag(_SIGN1, parts), canonical=True)
