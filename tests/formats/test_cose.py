from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest

from sealwright import limits, media_types
from sealwright.errors import MalformedSignatureError
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import cose
from sealwright.formats.notary.attributes import UnsignedAttributes
from world import notary, pki

CHAIN = pki.chain("ec256")
CONTENT = notary.signed(CHAIN, media_types.NOTARY_COSE)
PARTS = cbor2.loads(CONTENT).value
P = "io.cncf.notary."
SECONDS = int(notary.SIGNED_AT.timestamp())


def time(seconds: Any) -> cbor2.CBORTag:
    return cbor2.CBORTag(1, seconds)


GOOD: Mapping[Any, Any] = {
    1: -7,
    2: [P + "signingScheme"],
    3: "application/vnd.cncf.notary.payload.v1+json",
    P + "signingTime": time(SECONDS),
    P + "signingScheme": "notary.x509",
}
ABSENT = object()
WRONG_ALGORITHMS: tuple[Any, ...] = (-8, -257, 0, "ES256", "-7", b"", [], True)
WRONG_TIMES: tuple[Any, ...] = (
    SECONDS,
    time(float(SECONDS)),
    time("2026"),
    cbor2.CBORTag(1, value=True),
    time(2**63),
    time(-(2**63)),
    "2026-11-19T12:00:00Z",
    None,
)


def envelope(protected: Any = None, unprotected: Any = None, payload: Any = None, value: Any = None) -> bytes:
    parts = [protected, unprotected, payload, value]
    filled = [old if new is None else new for new, old in zip(parts, PARTS, strict=True)]
    return cbor2.dumps(cbor2.CBORTag(18, filled))


def protecting(members: Mapping[Any, Any]) -> bytes:
    return envelope(cbor2.dumps({label: value for label, value in members.items() if value is not ABSENT}))


def heading(changes: Mapping[Any, Any]) -> bytes:
    header = {**PARTS[1], **changes}
    return envelope(unprotected={label: value for label, value in header.items() if value is not ABSENT})


def refusal(content: bytes) -> str:
    with pytest.raises(MalformedSignatureError) as caught:
        cose.read(content)
    assert str(caught.value)
    return caught.value.code


def test_an_envelope_is_read() -> None:
    read = cose.read(CONTENT)
    assert "application/cose" == read.media_type
    assert cbor2.dumps(["Signature1", PARTS[0], b"", PARTS[2]]) == read.message
    assert CHAIN.certificates == read.chain
    assert -7 == read.attributes.algorithm.cose
    assert notary.SIGNED_AT == read.attributes.signing_time
    assert "test/1" == read.unsigned.agent


def test_members_may_stand_in_any_order() -> None:
    backwards = dict(reversed(list(GOOD.items())))
    assert cose.read(protecting(GOOD)).attributes == cose.read(protecting(backwards)).attributes


LONG_ONE = b"\x18\x01"
INDEFINITE = b"\x9f" + b"".join(cbor2.dumps(part) for part in PARTS) + b"\xff"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"\xd2",
        CONTENT + b"\0",
        CONTENT[:-1],
        CONTENT[1:],
        cbor2.dumps(cbor2.CBORTag(98, list(PARTS))),
        cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, list(PARTS)))),
        cbor2.dumps(cbor2.CBORTag(18, {})),
        cbor2.dumps(cbor2.CBORTag(18, list(PARTS[:3]))),
        cbor2.dumps(cbor2.CBORTag(18, [*PARTS, 1])),
        b"\xd8\x12" + CONTENT[1:],
        b"\xd2" + INDEFINITE,
        envelope(protected={}),
        envelope(payload="text"),
        cbor2.dumps(cbor2.CBORTag(18, [PARTS[0], PARTS[1], None, PARTS[3]])),
        envelope(value=1),
        envelope(unprotected=[]),
        envelope(unprotected={b"x": 1}),
        envelope(unprotected={True: 1}),
        envelope(protected=b""),
        envelope(protected=b"\x80"),
        envelope(protected=cbor2.dumps({**GOOD, b"x": 1})),
        envelope(protected=cbor2.dumps({**GOOD, 1.5: 1})),
        envelope(protected=cbor2.dumps(GOOD) + b"\0"),
        envelope(protected=cbor2.dumps(GOOD).replace(b"\xa5\x01", b"\xa5" + LONG_ONE, 1)),
        envelope(protected=b"\xbf" + cbor2.dumps(GOOD)[1:] + b"\xff"),
        envelope(protected=b"\xa6\x01\x26" + cbor2.dumps(GOOD)[1:]),
        protecting({**GOOD, "x": cbor2.CBORTag(0, "2026-11-19T12:00:00Z")}),
        protecting({**GOOD, "x": cbor2.CBORTag(2, b"\x01\0\0\0\0\0\0\0\0")}),
        protecting({**GOOD, "x": cbor2.CBORTag(35, "(a+)+$")}),
        protecting({**GOOD, "x": cbor2.CBORTag(1234, 1)}),
        protecting({**GOOD, "x": [[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}),
        b"\x81" * 100_000,
        b"\xd2\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
    ],
)
def test_what_is_no_plainly_written_cose_sign1_is_refused(content: bytes) -> None:
    assert "parse.envelope-malformed" == refusal(content)


def test_a_huge_envelope_is_refused() -> None:
    assert "parse.envelope-malformed" == refusal(bytes(limits.ENVELOPE_BYTES + 1))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({1: ABSENT}, "parse.attribute-missing"),
        ({2: ABSENT}, "parse.attribute-missing"),
        ({3: ABSENT}, "parse.attribute-missing"),
        *(({1: value}, "parse.algorithm-unsupported") for value in WRONG_ALGORITHMS),
        ({3: 60}, "parse.content-type"),
        ({3: "application/json"}, "parse.content-type"),
        ({3: b"application/vnd.cncf.notary.payload.v1+json"}, "parse.content-type"),
        ({2: []}, "parse.critical-malformed"),
        ({2: P + "signingScheme"}, "parse.critical-malformed"),
        ({2: [P + "signingScheme", 1]}, "parse.critical-malformed"),
        ({2: [P + "signingScheme", b"x"]}, "parse.critical-malformed"),
        ({2: [P + "signingScheme", {}]}, "parse.critical-malformed"),
        ({2: [P + "signingScheme", P + "signingScheme"]}, "parse.critical-malformed"),
        ({2: [P + "signingTime"]}, "parse.not-marked-critical"),
        ({P + "signingScheme": 1}, "parse.attribute-malformed"),
        ({P + "signingScheme": "x"}, "parse.scheme-unknown"),
        *(({P + "signingTime": value}, "parse.attribute-malformed") for value in WRONG_TIMES),
    ],
)
def test_a_protected_header_is_refused(changes: Mapping[Any, Any], code: str) -> None:
    assert code == refusal(protecting({**GOOD, **changes}))


def test_times_before_1970_and_after_2038_are_read() -> None:
    for at in (datetime(1960, 1, 1, tzinfo=UTC), datetime(2500, 1, 1, tzinfo=UTC)):
        read = cose.read(protecting({**GOOD, P + "signingTime": time(int(at.timestamp()))}))
        assert at == read.attributes.signing_time


def test_attributes_may_have_numbers() -> None:
    read = cose.read(protecting({**GOOD, 100: "x", 2: [P + "signingScheme", 100]})).attributes
    assert {100: "x"} == read.extended
    assert (100,) == read.unknown_critical


@pytest.mark.parametrize("label", [1, 2, 3, *attribute.SIGNED])
def test_what_counts_only_signed_is_refused_unsigned(label: Any) -> None:
    assert "parse.attribute-unsigned" == refusal(heading({label: "x"}))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({33: ABSENT}, "parse.chain-missing"),
        ({33: []}, "parse.chain-missing"),
        ({33: "x"}, "parse.attribute-malformed"),
        ({33: ["x"]}, "parse.attribute-malformed"),
        ({33: [b"x"] * (limits.CERTIFICATE_CHAIN_LENGTH + 1)}, "parse.chain-too-long"),
        ({P + "signingAgent": 1}, "parse.attribute-malformed"),
        ({P + "timestampSignature": "x"}, "parse.attribute-malformed"),
    ],
)
def test_an_unprotected_header_is_refused(changes: Mapping[Any, Any], code: str) -> None:
    assert code == refusal(heading(changes))


def test_a_chain_may_be_protected_and_a_single_certificate_may_stand_alone() -> None:
    chain = list(CHAIN.certificates)
    protected = cbor2.dumps({**GOOD, 33: chain})
    assert CHAIN.certificates == cose.read(envelope(protected, {})).chain
    assert (b"x",) == cose.read(envelope(cbor2.dumps({**GOOD, 33: b"x"}), {})).chain
    assert (b"x",) == cose.read(heading({33: b"x"})).chain
    assert {} == cose.read(envelope(protected, {})).attributes.extended
    assert "parse.attribute-unsigned" == refusal(envelope(protected))


def test_unsigned_attributes_that_nobody_knows_are_kept() -> None:
    assert {4: b"key", "x": 1} == cose.read(heading({4: b"key", "x": 1})).unsigned.others


def test_what_is_written_is_read() -> None:
    unsigned = UnsignedAttributes(agent="é/1", timestamp=b"token", others={"x": 1, 4: b"y"})
    signed = notary.authority(CHAIN, extended={"com.acme.a": "b", 100: 1})
    read = cose.read(notary.crafted(CHAIN, media_types.NOTARY_COSE, signed, unsigned))
    assert signed == read.attributes
    assert unsigned == read.unsigned
