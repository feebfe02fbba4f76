"""Who issues, for how long, and where one can ask later whether a certificate still holds."""

from datetime import datetime

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from sealwright.errors import KeyUnavailableError
from sealwright.pki import keys
from sealwright.pki.certificate import Certificate

__all__ = ["Addresses", "Issuer", "Term", "hash_of", "pem", "require_key"]

_HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class Term(msgspec.Struct, frozen=True):
    """What each certificate has for itself: from when to when it is valid (aware), and its serial."""

    not_before: datetime
    not_after: datetime
    serial: int


class Issuer(msgspec.Struct, frozen=True):
    """A CA at work: its certificate and the private key that belongs to it."""

    certificate: Certificate
    private_key: keys.PrivateKey


class Addresses(msgspec.Struct, frozen=True, omit_defaults=True):
    """URLs that a CA writes into what it issues; an empty one is left out.

    Attributes:
        ocsp: who answers for a certificate (RFC 5280, section 4.2.2.1).
        crl: where the CA's revocation list is (section 4.2.1.13).
        issuer: where the CA's own certificate is (section 4.2.2.1, caIssuers).
    """

    ocsp: str = ""
    crl: str = ""
    issuer: str = ""


def require_key(certificate: Certificate, private_key: keys.PrivateKey) -> None:
    """Check that a private key belongs to a certificate.

    Raises:
        KeyUnavailableError: `key.certificate-mismatch`.
    """
    if certificate.public_key != private_key.public_key():
        raise KeyUnavailableError("key.certificate-mismatch", subject=certificate.subject_text)


def hash_of(private_key: keys.PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512:
    """The hash that goes with a key, for the library.

    Raises:
        KeyUnavailableError: `key.unsupported`.
    """
    return _HASHES[keys.require_algorithm(private_key.public_key()).hash_name]()


def pem(*chain: Certificate) -> bytes:
    """Certificates as one PEM file, in the order given."""
    return b"".join(certificate.handle.public_bytes(Encoding.PEM) for certificate in chain)
