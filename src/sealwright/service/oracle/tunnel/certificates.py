"""Our own CA for the names of this service, and the certificate that it issues.

The CA may certify nothing but names below the domain of the realm (RFC 5280, section 4.2.1.10), so that who
trusts it, trusts it for us alone. It is kept in the database, its key sealed, so that every replica has the
same; the certificate of the server lives in memory, for some weeks.
"""

import datetime as dt
import os
import secrets
import ssl
import tempfile
import threading
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sealwright.errors import StorageError
from sealwright.service.oracle.hosts import Hosts
from sealwright.service.oracle.tunnel import queries
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Database, now
from sealwright.workflow import clock

__all__ = ["Authority", "Certificates"]

_PURPOSE = "oracle authority"
_CA_TERM = dt.timedelta(days=3650)
_TERM = dt.timedelta(days=60)
_RENEWED_AFTER = dt.timedelta(days=20)
_EARLIER = dt.timedelta(hours=1)  # the clock of a client may be behind
_SERIAL_BITS = 159


class Authority(msgspec.Struct, frozen=True):
    """The CA of one domain.

    Attributes:
        certificate: in DER.
        key: its private key.
    """

    certificate: bytes
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def of(cls, database: Database, sealing: Sealing, domain: str) -> "Authority":
        """The CA that the service has for a domain; made if there is none.

        Raises:
            StorageError: `sealing.altered`, `service.storage-failed`.
        """
        kept = queries.authority(database, domain)
        if kept is None:
            made = cls._make(domain)
            secret = made.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            sealed = sealing.seal(_PURPOSE, secret, made.certificate)
            with database.write() as transaction:  # another replica may have been faster
                kept = queries.add_authority(transaction, domain, made.certificate, sealed, now())
        certificate, sealed = kept
        key = load_der_private_key(sealing.unseal(_PURPOSE, sealed, certificate), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise StorageError("sealing.altered", what=_PURPOSE)
        return cls(certificate, key)

    @classmethod
    def _make(cls, domain: str) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Sealwright for {domain}"[:64])])
        only = x509.NameConstraints(permitted_subtrees=[x509.DNSName(domain)], excluded_subtrees=None)
        usage = _usage(key_cert_sign=True, crl_sign=True)
        builder = (
            _begun(name, name, key.public_key(), _CA_TERM)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(only, critical=True)
        )
        return cls(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER), key)

    @property
    def pem(self) -> bytes:
        """The certificate, for those who are to trust it."""
        return x509.load_der_x509_certificate(self.certificate).public_bytes(Encoding.PEM)

    def issue(self, hosts: Hosts) -> ssl.SSLContext:
        """A context that shows a new certificate for all names of a region."""
        key = ec.generate_private_key(ec.SECP256R1())
        above = x509.load_der_x509_certificate(self.certificate)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key())  # type: ignore[arg-type]  # ours
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in hosts.patterns])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sealwright")])
        certificate = (
            _begun(subject, above.subject, key.public_key(), _TERM)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(server, critical=False)
            .add_extension(names, critical=False)
            .add_extension(identifier, critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return _context(certificate.public_bytes(Encoding.PEM), key)


class Certificates:
    """What is shown for our names: a certificate that is renewed long before it ends.

    Args:
        authority: issues it.
        hosts: our names.

    Attributes:
        authority_pem: its certificate, for those who are to trust it.
    """

    def __init__(self, authority: Authority, hosts: Hosts) -> None:
        self.authority_pem = authority.pem.decode()
        self._authority = authority
        self._hosts = hosts
        self._lock = threading.Lock()
        self._context = authority.issue(hosts)
        self._made = clock.now()

    def context(self) -> ssl.SSLContext:
        """For one handshake."""
        with self._lock:
            at = clock.now()
            if at - self._made > _RENEWED_AFTER:
                self._context, self._made = self._authority.issue(self._hosts), at
            return self._context


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, term: dt.timedelta
) -> x509.CertificateBuilder:
    start = clock.now() - _EARLIER
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(secrets.randbits(_SERIAL_BITS) + 1)
        .not_valid_before(start)
        .not_valid_after(start + term)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _context(certificate: bytes, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    """Python reads keys from files only: this one is encrypted with a password that nobody else sees."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    password = secrets.token_bytes(32)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    descriptor, name = tempfile.mkstemp()
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(certificate + secret)
        context.load_cert_chain(name, password=password)
    finally:
        Path(name).unlink()
    return context
