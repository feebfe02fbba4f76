"""OCSP, the answering side.

Sources: RFC 6960, sections 2 to 4; RFC 5019 (the profile for many questions), section 2; RFC 9654 (nonces).

1. bytes that are no request, or one with other than one question, get malformedRequest (RFC 5019, 2.1.1)
2. a critical extension that is none of ours, or a nonce of no fit length: the same (RFC 9654, section 2.1)
3. a question about another CA's certificates gets unauthorized (RFC 5019, 2.2.3)
4. the answer is signed by whoever the CA has certified for that, is told by its key, and carries its
   certificate; the nonce comes back as it came

What cannot be answered is not signed, since anybody could ask for it.
"""

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import OCSPExtensionOID

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.pki import certificate as certificates
from sealwright.pki.authority.revocations import REASONS, UNSPECIFIED, Revocation
from sealwright.pki.certificate import Certificate
from sealwright.pki.issuing import Issuer
from sealwright.pki.issuing.issuers import hash_of

__all__ = ["Answer", "Failure", "Question", "is_about", "made", "read", "refusal"]

Failure = Literal["malformedRequest", "tryLater", "unauthorized"]
"""Why there is no answer (RFC 6960, section 4.2.1)."""

_FAILURES = {
    "malformedRequest": ocsp.OCSPResponseStatus.MALFORMED_REQUEST,
    "tryLater": ocsp.OCSPResponseStatus.TRY_LATER,
    "unauthorized": ocsp.OCSPResponseStatus.UNAUTHORIZED,
}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303  # names an issuer, secures nothing; RFC 5019 has no other
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_SERIAL_BITS = 160
"""A serial is positive and has at most 20 octets (RFC 5280, section 4.1.2.2)."""

_UNREADABLE = (ValueError, TypeError, NotImplementedError, x509.DuplicateExtension, UnsupportedAlgorithm)


class Question(msgspec.Struct, frozen=True):
    """What is asked: about which certificate of which CA, as the hashes of its name and its key have it.

    `hash_name` is hashlib's. `nonce` is empty where none came.
    """

    hash_name: str
    issuer_name: bytes
    issuer_key: bytes
    serial: int
    nonce: bytes = b""


class Answer(msgspec.Struct, frozen=True):
    """What is answered, from when until when it holds.

    Attributes:
        known: whether the CA has issued such a certificate.
        revocation: that it was revoked, if it was.
        this_update: when that was known, aware, in whole seconds.
        next_update: by when more will be known.
    """

    known: bool
    revocation: Revocation | None
    this_update: datetime
    next_update: datetime


def read(content: bytes) -> Question:
    """Read a request.

    Args:
        content: DER, at most `limits.OCSP_REQUEST_BYTES`.

    Raises:
        MalformedContentError: `pki.ocsp-request-malformed`.
    """
    if len(content) > limits.OCSP_REQUEST_BYTES:
        raise _malformed(f"it is larger than {limits.OCSP_REQUEST_BYTES} bytes")
    try:
        parsed = ocsp.load_der_ocsp_request(content)
        nonce = _nonce(parsed.extensions)
        size = parsed.hash_algorithm.digest_size
        if size != len(parsed.issuer_name_hash) or size != len(parsed.issuer_key_hash):
            raise ValueError("a hash of the issuer has another length than its kind")
        if not 0 <= parsed.serial_number < 1 << _SERIAL_BITS:
            raise ValueError("no certificate has such a serial")
        return Question(
            parsed.hash_algorithm.name,
            parsed.issuer_name_hash,
            parsed.issuer_key_hash,
            parsed.serial_number,
            nonce,
        )
    except _UNREADABLE as error:
        raise _malformed(str(error).partition("\n")[0].rstrip(".")[:200]) from None


def _nonce(extensions: x509.Extensions) -> bytes:
    nonce = b""
    for extension in extensions:
        if extension.oid == OCSPExtensionOID.NONCE and isinstance(extension.value, x509.OCSPNonce):
            nonce = extension.value.nonce
            if not 0 < len(nonce) <= limits.OCSP_NONCE_BYTES:
                raise ValueError(f"its nonce has {len(nonce)} bytes")
        elif extension.critical:
            raise ValueError(f"it wants the extension {extension.oid.dotted_string} to be understood")
    return nonce


def is_about(question: Question, issuer: Certificate) -> bool:
    """Whether a question is about certificates of a CA."""
    return _hashes(issuer.der, question.hash_name) == (question.issuer_name, question.issuer_key)


@lru_cache(maxsize=limits.CERTIFICATES_REMEMBERED)
def _hashes(issuer: bytes, hash_name: str) -> tuple[bytes, bytes]:
    """The hashes of name and key of a CA, which every question about its certificates has."""
    own = certificates.parse(issuer)
    name = hashlib.new(hash_name, own.handle.subject.public_bytes()).digest()
    return name, hashlib.new(hash_name, _key_bits(own)).digest()


def _key_bits(issuer: Certificate) -> bytes:
    """A public key as the bits of SubjectPublicKeyInfo hold it, without what kind of key it is."""
    key = issuer.public_key
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert isinstance(key, rsa.RSAPublicKey)  # noqa: S101  # no other key signs here
    return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)


def made(question: Question, answer: Answer, responder: Issuer) -> bytes:
    """A response in DER that answers a question.

    Args:
        question: what was asked.
        answer: what is known.
        responder: who signs: the CA itself, or whoever it certified for that.

    Raises:
        KeyUnavailableError: `key.unsupported`.
    """
    revocation = answer.revocation if answer.known else None
    status = ocsp.OCSPCertStatus.GOOD if answer.known else ocsp.OCSPCertStatus.UNKNOWN
    reason = None
    if revocation is not None:
        status = ocsp.OCSPCertStatus.REVOKED
        reason = None if revocation.reason == UNSPECIFIED else REASONS[revocation.reason]
    own = responder.certificate.handle
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            question.issuer_name,
            question.issuer_key,
            question.serial,
            _HASHES[question.hash_name],
            status,
            answer.this_update,
            answer.next_update,
            None if revocation is None else revocation.at,
            reason,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, own)
    )
    if not responder.certificate.is_ca:
        builder = builder.certificates([own])
    if question.nonce:
        builder = builder.add_extension(x509.OCSPNonce(question.nonce), critical=False)
    return builder.sign(responder.private_key, hash_of(responder.private_key)).public_bytes(Encoding.DER)


def refusal(failure: Failure) -> bytes:
    """A response in DER that says why there is no answer."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(_FAILURES[failure]).public_bytes(Encoding.DER)


def _malformed(problem: str) -> MalformedContentError:
    return MalformedContentError("pki.ocsp-request-malformed", problem=problem or "its form is unknown")
