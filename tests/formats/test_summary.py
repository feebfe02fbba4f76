"""What a signature says of itself, and what is no signature."""

import pytest

from sealwright import limits, media_types
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import signature
from sealwright.formats.notary.attributes import UnsignedAttributes
from sealwright.verdict import Check
from world import notary, pki

JWS = media_types.NOTARY_JWS
CHAIN = pki.chain("ec256")
CONTENT = notary.signed(CHAIN)
BOTH = pytest.mark.parametrize("envelope", notary.ENVELOPES)


@BOTH
def test_a_summary_shows_what_the_signature_says(envelope: str) -> None:
    made = notary.attributes(
        CHAIN,
        expiry=pki.NOW,
        plugin="x",
        critical=(attribute.SCHEME, attribute.EXPIRY, attribute.PLUGIN),
        extended={"com.acme.text": "t", "com.acme.number": 7},
    )
    unsigned = UnsignedAttributes("agent/1", b"\x01\x02", {"x": "y"})
    content = notary.crafted(CHAIN, envelope, made, unsigned)
    summary = signature.parse(notary.stored(content, envelope)).summary
    assert ("notary", envelope, "ECDSA-SHA-256") == (summary.format, summary.envelope, summary.algorithm)
    assert "CN=Leaf ec256,O=Acme,ST=WA,C=US" == summary.signer
    assert notary.IMAGE == summary.payload
    assert (notary.SIGNED_AT, pki.NOW) == (summary.signing_time, summary.expiry)
    assert {
        "contentType": media_types.NOTARY_PAYLOAD,
        "signingScheme": "notary.x509",
        "signingTime": notary.SIGNED_AT.isoformat(),
        "expiry": pki.NOW.isoformat(),
        "verificationPlugin": "x",
        "com.acme.text": "t",
        "com.acme.number": "7",
    } == summary.signed_attributes
    assert {"signingAgent": "agent/1", "timestampSignature": "0102", "x": "y"} == summary.unsigned_attributes
    assert 3 == len(summary.certificates)
    assert Digest.of(content) == summary.digest


def test_bytes_among_the_attributes_are_shown_in_hexadecimal() -> None:
    content = notary.crafted(
        CHAIN, media_types.NOTARY_COSE, notary.attributes(CHAIN, extended={100: b"\x01\xff"})
    )
    summary = signature.parse(notary.stored(content, media_types.NOTARY_COSE)).summary
    assert "01ff" == summary.signed_attributes["100"]


@pytest.mark.parametrize(
    ("content", "envelope", "code"),
    [
        (bytes(limits.ENVELOPE_BYTES + 1), JWS, "parse.envelope-too-large"),
        (CONTENT, "application/json", "parse.envelope-type-unknown"),
        (notary.crafted(CHAIN, target=b"{}"), JWS, "parse.payload-malformed"),
        (
            notary.crafted(CHAIN._replace(certificates=(*CHAIN.certificates[:2], b"x"))),
            JWS,
            "parse.certificate-malformed",
        ),
    ],
)
def test_what_cannot_be_read_is_no_signature(content: bytes, envelope: str, code: str) -> None:
    with pytest.raises(MalformedSignatureError) as caught:
        signature.parse(notary.stored(content, envelope))
    assert code == caught.value.code
    assert str(caught.value)


def test_a_check_says_what_it_is_in_its_data_alone() -> None:
    check = notary.judged(CONTENT, JWS, notary.trusting(b"x")).failure
    assert isinstance(check, Check)
    assert all(isinstance(value, str) for value in check.data.values())
