import datetime as dt
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.pki import issuing, names
from sealwright.pki.authority import responses
from sealwright.pki.authority.responses import Answer
from sealwright.pki.authority.revocations import REASONS, Revocation
from world import pki

TERM = issuing.Term(pki.NOT_BEFORE, pki.NOT_AFTER, 2**158 + 7)
HOUR = dt.timedelta(hours=1)
GOOD = Answer(known=True, revocation=None, this_update=pki.NOW, next_update=pki.NOW + HOUR)
SHA1 = hashes.SHA1()  # noqa: S303  # as clients name a CA
HASHES = (SHA1, hashes.SHA224(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512())


def known(revocation: Revocation, *, issued: bool = True) -> Answer:
    return Answer(issued, revocation, pki.NOW, pki.NOW + HOUR)


def subject(common_name: str) -> names.Name:
    return names.parse(f"CN={common_name},O=Acme,ST=WA,C=US")


def authority(kind: str = "ec256") -> issuing.Issuer:
    key = pki.key(kind, "root")
    return issuing.Issuer(issuing.root(key, subject("Root"), TERM), key)


def delegate(kind: str = "ec256") -> issuing.Issuer:
    key = pki.key(kind, "intermediate 0")
    return issuing.Issuer(
        issuing.responder(key.public_key(), subject("Responder"), authority(kind), TERM), key
    )


def request(
    kind: str = "ec256", *, algorithm: hashes.HashAlgorithm | None = None, nonce: bytes = b""
) -> bytes:
    issuer = authority(kind)
    leaf = issuing.leaf(pki.key(kind).public_key(), subject("Leaf"), issuer, TERM)
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        leaf.handle, issuer.certificate.handle, algorithm or SHA1
    )
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def answered(answer: Answer, nonce: bytes = b"") -> ocsp.OCSPResponse:
    return ocsp.load_der_ocsp_response(
        responses.made(responses.read(request(nonce=nonce)), answer, delegate())
    )


@pytest.mark.parametrize("algorithm", HASHES, ids=lambda one: one.name)
@pytest.mark.parametrize("kind", ["rsa2048", "ec256", "ec521"])
def test_a_question_is_told_whose_certificate_it_is_about(kind: str, algorithm: hashes.HashAlgorithm) -> None:
    question = responses.read(request(kind, algorithm=algorithm))
    assert (algorithm.name, TERM.serial, b"") == (question.hash_name, question.serial, question.nonce)
    assert responses.is_about(question, authority(kind).certificate)
    assert not responses.is_about(question, delegate(kind).certificate)
    other = issuing.root(pki.key(kind), subject("Root"), TERM)
    assert not responses.is_about(question, other), "the same name, another key"


@pytest.mark.parametrize("kind", ["rsa2048", "rsa3072", "ec256", "ec384", "ec521"])
def test_an_answer_is_signed_by_the_delegate_and_carries_its_certificate(kind: str) -> None:
    signer = delegate(kind)
    response = ocsp.load_der_ocsp_response(responses.made(responses.read(request(kind)), GOOD, signer))
    assert ocsp.OCSPResponseStatus.SUCCESSFUL == response.response_status
    assert [signer.certificate.handle] == response.certificates
    key, algorithm = signer.private_key.public_key(), response.signature_hash_algorithm
    assert algorithm is not None
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
    else:
        key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), algorithm)
    own = x509.SubjectKeyIdentifier.from_public_key(key).digest
    assert (own, None) == (response.responder_key_hash, response.responder_name)


def test_a_ca_that_answers_itself_sends_no_certificate() -> None:
    response = ocsp.load_der_ocsp_response(responses.made(responses.read(request()), GOOD, authority()))
    assert [] == response.certificates


def test_good_is_told_with_its_times() -> None:
    response = answered(GOOD)
    assert ocsp.OCSPCertStatus.GOOD == response.certificate_status
    assert (pki.NOW, pki.NOW + HOUR) == (response.this_update_utc, response.next_update_utc)
    assert TERM.serial == response.serial_number
    assert 0 == len(response.extensions)


@pytest.mark.parametrize("name", REASONS)
def test_revoked_is_told_with_time_and_reason(name: str) -> None:
    before = pki.NOW - HOUR
    response = answered(known(Revocation(TERM.serial, before, name)))
    assert ocsp.OCSPCertStatus.REVOKED == response.certificate_status
    assert before == response.revocation_time_utc
    assert (None if name == "unspecified" else REASONS[name]) == response.revocation_reason


def test_what_was_never_issued_is_unknown_even_if_revoked() -> None:
    response = answered(known(Revocation(TERM.serial, pki.NOW), issued=False))
    assert ocsp.OCSPCertStatus.UNKNOWN == response.certificate_status


@pytest.mark.parametrize("nonce", [b"1", b"n" * limits.OCSP_NONCE_BYTES])
def test_a_nonce_comes_back(nonce: bytes) -> None:
    found = answered(GOOD, nonce).extensions.get_extension_for_class(x509.OCSPNonce).value
    assert nonce == found.nonce


def test_a_responder_is_certified_for_nothing_else() -> None:
    made = delegate().certificate
    purpose = made.handle.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [ExtendedKeyUsageOID.OCSP_SIGNING] == list(purpose)
    assert ExtensionOID.OCSP_NO_CHECK in {one.oid for one in made.handle.extensions}
    assert made.key_usage is not None
    assert (True, frozenset({"digitalSignature"})) == (made.key_usage.critical, made.key_usage.bits)
    assert not made.is_ca


def two_questions() -> bytes:
    """A request for two certificates, put together by hand."""
    one = request()
    inner = one[4 + 2 :] if one[1] < 0x80 else one
    cert_id = inner[inner.index(b"\x30") :]
    listed = bytes((0x30, 2 * len(cert_id))) + cert_id * 2
    tbs = bytes((0x30, len(listed))) + listed
    return bytes((0x30, len(tbs))) + tbs


def about(serial: int) -> bytes:
    """A request about a certificate of that serial, which the library would not write."""
    octets = serial.to_bytes(serial.bit_length() // 8 + 1, signed=True)
    one = request()
    number = TERM.serial.to_bytes(20)
    at = one.index(b"\x02\x14" + number)
    more = len(octets) - 20
    head = bytes(byte + more if index in (1, 3, 5, 7, 9) else byte for index, byte in enumerate(one[:at]))
    return head + bytes((2, len(octets))) + octets


def extended(*, critical: bool) -> bytes:
    issuer = authority()
    leaf = issuing.leaf(pki.key("ec256").public_key(), subject("Leaf"), issuer, TERM)
    builder = ocsp.OCSPRequestBuilder().add_certificate(leaf.handle, issuer.certificate.handle, SHA1)
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    return builder.add_extension(extension, critical=critical).build().public_bytes(Encoding.DER)


def test_an_extension_that_need_not_be_understood_is_passed_over() -> None:
    assert TERM.serial == responses.read(extended(critical=False)).serial


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"junk",
        b"\x30\x80\x00\x00",
        b"\x30" * 4096,
        request()[:-1],
        request() + b"\x00",
        b"\x30\x82\x40\x01" + b"\x00" * (16 * 1024 + 1),
        two_questions(),
        extended(critical=True),
        request(nonce=b"n" * (limits.OCSP_NONCE_BYTES + 1)),
        request().replace(bytes.fromhex("2b0e03021a"), bytes.fromhex("2b0e03021b")),
        about(-1),
        about(1 << 160),
        request(algorithm=hashes.SHA256()).replace(
            bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040203")
        ),
    ],
    ids=[
        "empty", "junk", "endless", "nested", "short", "trailing", "large", "two questions", "critical",
        "nonce", "unknown hash", "negative serial", "serial of 21 octets",
        "hash of another length",
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedContentError) as caught:
        responses.read(content)
    assert "pki.ocsp-request-malformed" == caught.value.code


@pytest.mark.parametrize(
    ("failure", "number"),
    [("malformedRequest", 1), ("tryLater", 3), ("unauthorized", 6)],
)
def test_a_refusal_says_why_and_is_not_signed(failure: responses.Failure, number: int) -> None:
    assert bytes((0x30, 3, 0x0A, 1, number)) == responses.refusal(failure)


def test_the_hashes_of_a_question_are_those_of_rfc_6960() -> None:
    question = responses.read(request())
    name = authority().certificate.handle.subject.public_bytes()
    assert hashlib.sha1(name, usedforsecurity=False).digest() == question.issuer_name
