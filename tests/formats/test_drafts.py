"""What a key is asked to sign, read back from the bytes: by whoever has to approve it."""

from datetime import UTC, datetime, timedelta

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError
from sealwright.formats.kms.message import Message
from sealwright.formats.meaning import meaning
from sealwright.formats.notary import signing
from sealwright.formats.notary.attributes import SignedAttributes
from sealwright.formats.notary.envelope import codec
from sealwright.formats.orders import SigningOrder
from sealwright.media_types import IMAGE_MANIFEST, NOTARY_COSE, NOTARY_JWS
from sealwright.pki import issuing, names
from sealwright.pki.algorithms import BY_NAME
from world import pki

AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
IMAGE = Descriptor(IMAGE_MANIFEST, Digest.of(b"image"), 5)
ORDER = SigningOrder(IMAGE, NOTARY_JWS, AT, AT + timedelta(days=90), {"build": "42"})
KMS = Message(
    description="nightly",
    image_digest=str(IMAGE.digest),
    kms_key_id="key",
    kms_key_version_id="version",
    metadata='{"build":"42"}',
    region="local-1",
    repository_name="project01/app",
    signing_algorithm="SHA_256_RSA_PKCS_PSS",
)


def _message(envelope: str) -> bytes:
    order = SigningOrder(IMAGE, envelope, ORDER.signed_at, ORDER.expiry, ORDER.user_metadata)
    return signing.prepare_unshown(order, BY_NAME["ECDSA-SHA-256"]).message


@pytest.mark.parametrize("envelope", [NOTARY_JWS, NOTARY_COSE])
def test_the_bytes_that_a_key_signs_say_what_is_signed(envelope: str) -> None:
    draft = codec(envelope).draft(_message(envelope))
    assert envelope == draft.media_type
    assert AT == draft.attributes.signing_time
    assert AT + timedelta(days=90) == draft.attributes.expiry
    found = meaning(_message(envelope))
    word = {NOTARY_JWS: "JWS", NOTARY_COSE: "COSE"}[envelope]
    assert f"a Notary signature ({word}) by ECDSA-SHA-256" == found.kind
    assert IMAGE.digest == found.artifact
    assert {
        "digest": str(IMAGE.digest),
        "media type": IMAGE_MANIFEST,
        "size": "5 bytes",
        "metadata build": "42",
        "signingScheme": "notary.x509",
        "signingTime": "2026-05-04T03:02:01+00:00",
        "expiry": "2026-08-02T03:02:01+00:00",
    } == dict(found.facts)


def test_a_message_of_oracles_registry_says_which_image_under_which_name() -> None:
    found = meaning(KMS.encoded())
    assert "an image signature of Oracle's registry" == found.kind
    assert IMAGE.digest == found.artifact
    facts = dict(found.facts)
    assert str(IMAGE.digest) == facts["digest"]
    assert "project01/app" == facts["repository"]
    assert '{"build":"42"}' == facts["metadata"]


def test_a_message_of_oracles_registry_without_a_digest_is_about_no_artifact() -> None:
    changed = Message(**{name: getattr(KMS, name) for name in KMS.__struct_fields__} | {"image_digest": "x"})
    assert meaning(changed.encoded()).artifact is None


def test_of_a_digest_nothing_is_read_but_the_digest() -> None:
    found = meaning(b"\x01\xff", digested=True)
    assert (("digest", "01ff"),) == found.facts
    assert found.artifact is None
    assert "cannot be read" in found.kind


@pytest.mark.parametrize("message", [b"", b"hello", b"a.b.c", _message(NOTARY_JWS)[:-8], b"{}", b"\xff\xfe"])
def test_bytes_of_another_form_are_said_to_be_so(message: bytes) -> None:
    found = meaning(message)
    assert "bytes of no form that is known here" == found.kind
    assert (("size", f"{len(message)} bytes"),) == found.facts


@pytest.mark.parametrize(
    ("envelope", "message"),
    [
        (NOTARY_JWS, b"one"),
        (NOTARY_JWS, b"e30.\xff"),
        (NOTARY_JWS, b"e30.e30"),
        (NOTARY_JWS, b"!.e30"),
        (NOTARY_COSE, b"\xff"),
        (NOTARY_COSE, cbor2.dumps({})),
        (NOTARY_COSE, cbor2.dumps(["Signature1", b"", b""])),
        (NOTARY_COSE, cbor2.dumps(["Signature", b"", b"", b""])),
        (NOTARY_COSE, cbor2.dumps(["Signature1", b"", b"more", b""])),
        (NOTARY_COSE, cbor2.dumps(["Signature1", "", b"", b""])),
        (NOTARY_COSE, cbor2.dumps(["Signature1", b"", b"", ""])),
        (NOTARY_COSE, cbor2.dumps(["Signature1", cbor2.dumps([]), b"", b""])),
    ],
)
def test_bytes_that_no_envelope_has_its_key_sign_are_refused(envelope: str, message: bytes) -> None:
    with pytest.raises(MalformedSignatureError):
        codec(envelope).draft(message)


def test_attributes_that_nobody_knows_are_shown_as_they_are() -> None:
    kind = codec(NOTARY_COSE)
    attributes = SignedAttributes(BY_NAME["ECDSA-SHA-256"], extended={"com.example.ticket": "A-7"})
    payload = signing.payload_of(ORDER)
    facts = dict(meaning(kind.message(kind.protect(attributes), payload)).facts)
    assert "'A-7'" == facts["attribute com.example.ticket"]


def test_a_request_for_a_certificate_says_for_whom() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    made = x509.load_pem_x509_csr(issuing.request(key, names.parse("O=Acme, CN=build")))
    found = meaning(made.tbs_certrequest_bytes)
    assert "a request for a certificate" == found.kind
    assert {"subject": "CN=build,O=Acme", "public key": "EC secp256r1"} == dict(found.facts)


def test_a_certificate_says_whose_it_is_and_whether_it_issues_others() -> None:
    for der, issues in zip(pki.chain("ec256").certificates, ("no", "yes"), strict=False):
        made = x509.load_der_x509_certificate(der)
        found = meaning(made.tbs_certificate_bytes)
        assert "a certificate" == found.kind
        facts = dict(found.facts)
        assert names.text(names.of(made.subject)) == facts["subject"]
        assert f"{made.serial_number:x}" == facts["serial number"]
        assert issues == facts["may issue certificates"]
