"""The certificate of each role, as the table of the package says."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from sealwright.errors import KeyUnavailableError
from sealwright.pki import certificate as certificates
from sealwright.pki import keys, names
from sealwright.pki.certificate import Certificate
from sealwright.pki.issuing import extensions
from sealwright.pki.issuing.issuers import Addresses, Issuer, Term, hash_of, require_key

__all__ = ["intermediate", "leaf", "renewed", "responder", "root", "self_signed_leaf", "timestamper"]

NOWHERE = Addresses()
"""Nothing is written into a certificate."""


def root(private_key: keys.PrivateKey, subject: names.Name, term: Term) -> Certificate:
    """A root CA, signed by itself.

    Raises:
        KeyUnavailableError: `key.unsupported`.
        UsageError: an `identity.` code, if a certificate cannot hold the subject.
    """
    return _root(private_key, names.build(subject), term)


def intermediate(
    public_key: keys.PublicKey,
    subject: names.Name,
    issuer: Issuer,
    term: Term,
    path_length: int | None = 0,
    addresses: Addresses = NOWHERE,
) -> Certificate:
    """A CA below another.

    Args:
        public_key: of the new CA.
        subject: of the new CA.
        issuer: the CA above.
        term: validity and serial.
        path_length: how many further CAs may follow below; None: any number.
        addresses: where to ask about the new CA.

    Raises:
        KeyUnavailableError: `key.unsupported` or `key.certificate-mismatch`.
        UsageError: an `identity.` code.
    """
    return _intermediate(public_key, names.build(subject), issuer, term, path_length, addresses)


def leaf(
    public_key: keys.PublicKey,
    subject: names.Name,
    issuer: Issuer,
    term: Term,
    addresses: Addresses = NOWHERE,
) -> Certificate:
    """A certificate to sign images with.

    Raises:
        KeyUnavailableError: `key.unsupported` or `key.certificate-mismatch`.
        UsageError: an `identity.` code.
    """
    return _leaf(public_key, names.build(subject), issuer, term, addresses)


def responder(public_key: keys.PublicKey, subject: names.Name, issuer: Issuer, term: Term) -> Certificate:
    """A certificate to answer OCSP with, in the name of the CA that issues it.

    It says that nobody need ask whether it was revoked itself (RFC 6960, section 4.2.2.2.1), so keep its term
    short.

    Raises:
        KeyUnavailableError: `key.unsupported` or `key.certificate-mismatch`.
        UsageError: an `identity.` code.
    """
    builder = extensions.as_end(_below(public_key, names.build(subject), issuer, term))
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    builder = builder.add_extension(purpose, critical=False).add_extension(x509.OCSPNoCheck(), critical=False)
    return _sign(builder, issuer.private_key)


def timestamper(
    public_key: keys.PublicKey,
    subject: names.Name,
    issuer: Issuer,
    term: Term,
    addresses: Addresses = NOWHERE,
) -> Certificate:
    """A certificate to stamp the time with, and for nothing else.

    Raises:
        KeyUnavailableError: `key.unsupported` or `key.certificate-mismatch`.
        UsageError: an `identity.` code.
    """
    builder = extensions.as_end(_below(public_key, names.build(subject), issuer, term))
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = builder.add_extension(purpose, critical=True)
    return _sign(extensions.with_addresses(builder, addresses), issuer.private_key)


def self_signed_leaf(private_key: keys.PrivateKey, subject: names.Name, term: Term) -> Certificate:
    """A certificate that stands for itself: for tests and trials, since it cannot be revoked or renewed.

    Raises:
        KeyUnavailableError: `key.unsupported`.
        UsageError: an `identity.` code.
    """
    builder = _alone(private_key, names.build(subject), term)
    return _sign(extensions.as_leaf(builder), private_key)


def renewed(
    old: Certificate,
    issuer: Issuer,
    term: Term,
    public_key: keys.PublicKey | None = None,
    addresses: Addresses = NOWHERE,
) -> Certificate:
    """A new certificate for the subject and role of an old one.

    Args:
        old: a leaf or an intermediate of this module's kinds, or a root that is its own issuer.
        issuer: the CA above; for a root, the root itself (and its key).
        term: validity and serial.
        public_key: the new key; None keeps the old one.
        addresses: where to ask about the new certificate; none are in a root.

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
        return _intermediate(key, subject, issuer, term, path_length, addresses)
    return _leaf(key, subject, issuer, term, addresses)


def _root(private_key: keys.PrivateKey, subject: x509.Name, term: Term) -> Certificate:
    return _sign(extensions.as_ca(_alone(private_key, subject, term), None), private_key)


def _intermediate(
    public_key: keys.PublicKey,
    subject: x509.Name,
    issuer: Issuer,
    term: Term,
    path_length: int | None,
    addresses: Addresses,
) -> Certificate:
    builder = extensions.as_ca(_below(public_key, subject, issuer, term), path_length)
    return _sign(extensions.with_addresses(builder, addresses), issuer.private_key)


def _leaf(
    public_key: keys.PublicKey, subject: x509.Name, issuer: Issuer, term: Term, addresses: Addresses
) -> Certificate:
    builder = extensions.as_leaf(_below(public_key, subject, issuer, term))
    return _sign(extensions.with_addresses(builder, addresses), issuer.private_key)


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
    builder = _begin(public_key, subject, above.subject, term)
    return builder.add_extension(extensions.key_identifier(issuer), critical=False)


def _sign(builder: x509.CertificateBuilder, private_key: keys.PrivateKey) -> Certificate:
    return certificates.parse(builder.sign(private_key, hash_of(private_key)).public_bytes(Encoding.DER))
