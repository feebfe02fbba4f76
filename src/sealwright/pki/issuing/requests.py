"""Signing requests (PKCS #10): made for a CA elsewhere, and read from whoever wants a certificate.

Source: RFC 2986.
"""

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from sealwright.errors import KeyUnavailableError
from sealwright.pki import keys, names
from sealwright.pki.issuing.issuers import hash_of

__all__ = ["Request", "read_request", "request"]


class Request(msgspec.Struct, frozen=True):
    """A certificate signing request whose maker has proven to hold the key."""

    subject: names.Name
    public_key: keys.PublicKey


def request(private_key: keys.PrivateKey, subject: names.Name) -> bytes:
    """A certificate signing request in PEM, signed by the key in it.

    Raises:
        KeyUnavailableError: `key.unsupported`.
        UsageError: an `identity.` code.
    """
    builder = x509.CertificateSigningRequestBuilder().subject_name(names.build(subject))
    return builder.sign(private_key, hash_of(private_key)).public_bytes(Encoding.PEM)


def read_request(content: bytes) -> Request:
    """Read a certificate signing request in PEM or DER and check that its maker holds the key.

    Only subject and key are taken: which extensions a certificate gets is for the CA to say.

    Raises:
        KeyUnavailableError: `key.request-malformed`, `key.request-unproven` or `key.unsupported`.
    """
    try:
        if b"-----BEGIN" in content:
            parsed = x509.load_pem_x509_csr(content)
        else:
            parsed = x509.load_der_x509_csr(content)
        subject = names.of(parsed.subject)
        key = parsed.public_key()
        proven = parsed.is_signature_valid
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm, InvalidSignature) as error:
        problem = str(error).partition("\n")[0].rstrip(".")[:200]
        raise KeyUnavailableError("key.request-malformed", problem=problem) from None
    if not proven:
        raise KeyUnavailableError("key.request-unproven", subject=names.text(subject))
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise KeyUnavailableError("key.unsupported", key=keys.describe(key))
    keys.require_algorithm(key)
    return Request(subject, key)
