"""Issuing certificates for code signing: roots, intermediates, leaves, and signing requests.

Sources: RFC 5280, sections 4.1 and 4.2; RFC 2986 (requests); signature-specification.md, "Certificate
Requirements". What is issued here passes `profile`.

| role         | basic constraints | key usage (critical) | extended key usage | key identifiers |
|--------------|-------------------|----------------------|--------------------|-----------------|
| root         | critical, CA      | keyCertSign, cRLSign | none               | subject, issuer |
| intermediate | critical, CA, 0   | keyCertSign, cRLSign | none               | subject, issuer |
| leaf         | critical, no CA   | digitalSignature     | codeSigning        | subject, issuer |

Keys, serials and times are handed in. A serial is positive and has at most 20 octets; take 159 random bits.
"""

from datetime import datetime

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from sealwright.errors import KeyUnavailableError
from sealwright.pki import certificate as certificates
from sealwright.pki import keys, names
from sealwright.pki.certificate import Certificate

__all__ = [
    "Issuer",
    "Request",
    "Term",
    "intermediate",
    "leaf",
    "pem",
    "read_request",
    "renewed",
    "request",
    "require_key",
    "root",
    "self_signed_leaf",
]

_HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_NO_USAGE = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class Term(msgspec.Struct, frozen=True):
    """What each certificate has for itself: from when to when it is valid (aware), and its serial."""

    not_before: datetime
    not_after: datetime
    serial: int


class Issuer(msgspec.Struct, frozen=True):
    """A CA at work: its certificate and the private key that belongs to it."""

    certificate: Certificate
    private_key: keys.PrivateKey


class Request(msgspec.Struct, frozen=True):
    """A certificate signing request whose maker has proven to hold the key."""

    subject: names.Name
    public_key: keys.PublicKey


def root(private_key: keys.PrivateKey, subject: names.Name, term: Term) -> Certificate:
    """A root CA, signed by itself.

    Raises:
        KeyUnavailableError: `key.unsupported`.
        UsageError: an `identity.` code, if a certificate cannot hold the subject.
    """
    return _root(private_key, names.build(subject), term)


def intermediate(
    public_key: keys.PublicKey, subject: names.Name, issuer: Issuer, term: Term, path_length: int | None = 0
) -> Certificate:
    """A CA below another.

    Args:
        public_key: of the new CA.
        subject: of the new CA.
        issuer: the CA above.
        term: validity and serial.
        path_length: how many further CAs may follow below; None: any number.

    Raises:
        KeyUnavailableError: `key.unsupported` or `key.certificate-mismatch`.
        UsageError: an `identity.` code.
    """
    return _intermediate(public_key, names.build(subject), issuer, term, path_length)


def leaf(public_key: keys.PublicKey, subject: names.Name, issuer: Issuer, term: Term) -> Certificate:
    """A certificate to sign images with.

    Raises:
        KeyUnavailableError: `key.unsupported` or `key.certificate-mismatch`.
        UsageError: an `identity.` code.
    """
    return _leaf(public_key, names.build(subject), issuer, term)


def self_signed_leaf(private_key: keys.PrivateKey, subject: names.Name, term: Term) -> Certificate:
    """A certificate that stands for itself: for tests and trials, since it cannot be revoked or renewed.

    Raises:
        KeyUnavailableError: `key.unsupported`.
        UsageError: an `identity.` code.
    """
    builder = _alone(private_key, names.build(subject), term)
    return _sign(_as_leaf(builder), private_key)


def renewed(
    old: Certificate, issuer: Issuer, term: Term, public_key: keys.PublicKey | None = None
) -> Certificate:
    """A new certificate for the subject and role of an old one.

    Args:
        old: a leaf or an intermediate of this module's kinds, or a root that is its own issuer.
        issuer: the CA above; for a root, the root itself (and its key).
        term: validity and serial.
        public_key: the new key; None keeps the old one.

    Raises:
        KeyUnavailableError: `key.unsupported` or `key.certificate-mismatch`.
    """
    key = public_key or old.handle.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise KeyUnavailableError("key.unsupported", key=keys.describe(key))
    subject = old.handle.subject
    if old.is_ca and old.is_self_signed:
        return _root(issuer.private_key, subject, term)
    if old.is_ca:
        path_length = old.basic_constraints.path_length if old.basic_constraints else None
        return _intermediate(key, subject, issuer, term, path_length)
    return _leaf(key, subject, issuer, term)


def request(private_key: keys.PrivateKey, subject: names.Name) -> bytes:
    """A certificate signing request in PEM, signed by the key in it.

    Raises:
        KeyUnavailableError: `key.unsupported`.
        UsageError: an `identity.` code.
    """
    builder = x509.CertificateSigningRequestBuilder().subject_name(names.build(subject))
    return builder.sign(private_key, _hash(private_key)).public_bytes(Encoding.PEM)


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


def require_key(certificate: Certificate, private_key: keys.PrivateKey) -> None:
    """Check that a private key belongs to a certificate.

    Raises:
        KeyUnavailableError: `key.certificate-mismatch`.
    """
    if certificate.public_key != private_key.public_key():
        raise KeyUnavailableError("key.certificate-mismatch", subject=certificate.subject_text)


def pem(*chain: Certificate) -> bytes:
    """Certificates as one PEM file, in the order given."""
    return b"".join(certificate.handle.public_bytes(Encoding.PEM) for certificate in chain)


def _root(private_key: keys.PrivateKey, subject: x509.Name, term: Term) -> Certificate:
    return _sign(_as_ca(_alone(private_key, subject, term), None), private_key)


def _intermediate(
    public_key: keys.PublicKey, subject: x509.Name, issuer: Issuer, term: Term, path_length: int | None
) -> Certificate:
    builder = _as_ca(_below(public_key, subject, issuer, term), path_length)
    return _sign(builder, issuer.private_key)


def _leaf(public_key: keys.PublicKey, subject: x509.Name, issuer: Issuer, term: Term) -> Certificate:
    return _sign(_as_leaf(_below(public_key, subject, issuer, term)), issuer.private_key)


def _begin(
    public_key: keys.PublicKey, subject: x509.Name, issuer: x509.Name, term: Term
) -> x509.CertificateBuilder:
    keys.require_algorithm(public_key)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(term.serial)
        .not_valid_before(term.not_before)
        .not_valid_after(term.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _alone(private_key: keys.PrivateKey, subject: x509.Name, term: Term) -> x509.CertificateBuilder:
    key = private_key.public_key()
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key)
    return _begin(key, subject, subject, term).add_extension(identifier, critical=False)


def _below(
    public_key: keys.PublicKey, subject: x509.Name, issuer: Issuer, term: Term
) -> x509.CertificateBuilder:
    require_key(issuer.certificate, issuer.private_key)
    above = issuer.certificate.handle
    try:
        known = above.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known)
    except x509.ExtensionNotFound:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.private_key.public_key())
    return _begin(public_key, subject, above.subject, term).add_extension(identifier, critical=False)


def _key_usage(*usages: str) -> x509.KeyUsage:
    return x509.KeyUsage(**dict.fromkeys(_NO_USAGE, False) | dict.fromkeys(usages, True))


def _as_ca(builder: x509.CertificateBuilder, path_length: int | None) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    return builder.add_extension(constraints, critical=True).add_extension(
        _key_usage("key_cert_sign", "crl_sign"), critical=True
    )


def _as_leaf(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    )


def _hash(private_key: keys.PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512:
    return _HASHES[keys.require_algorithm(private_key.public_key()).hash_name]()


def _sign(builder: x509.CertificateBuilder, private_key: keys.PrivateKey) -> Certificate:
    return certificates.parse(builder.sign(private_key, _hash(private_key)).public_bytes(Encoding.DER))
