"""Certificates as records, read once from their DER bytes.

Source: RFC 5280, section 4. Of the extensions only basic constraints, key usage and extended key usage
have a say (signature-specification.md, "Certificate Requirements"); that there are addresses for OCSP or
CRLs is noted, because such a certificate can be revoked. All other extensions are left alone, critical
or not.
"""

import binascii
import hashlib
import re
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from typing import cast

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID, SignatureAlgorithmOID

from sealwright import limits
from sealwright.errors import KeyUnavailableError, MalformedContentError
from sealwright.pki import keys, names
from sealwright.pki.algorithms import Algorithm
from sealwright.signature import CertificateSummary

__all__ = [
    "BasicConstraints",
    "Certificate",
    "KeyUsage",
    "parse",
    "parse_file",
    "require_anchor",
    "trust_anchors",
]

warnings.filterwarnings("ignore", category=UserWarning, module=re.escape(__name__))
"""The library warns of odd serials and countries. Whoever verifies can do nothing about them."""

_PEM_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")
_PEM_BLOCK = re.compile(
    rb"-----BEGIN (?:X509 )?CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END (?:X509 )?CERTIFICATE-----"
)
_CERTIFICATE_LABELS = {b"CERTIFICATE", b"X509 CERTIFICATE"}

_VERSION = 0xA0
"""Tag of the version, which certificates of version 1 leave out."""

_FIELDS = ("serial", "signature", "issuer", "validity", "subject", "key")
"""The fields of a certificate from the serial number on, in their order."""

_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the library raises for bytes that it cannot read."""

_USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
"""The library's word for a bit of key usage, and that of RFC 5280, section 4.2.1.3."""


class BasicConstraints(msgspec.Struct, frozen=True):
    """The extension basic constraints. `path_length`: how many CAs may follow below; None: any number."""

    critical: bool
    ca: bool
    path_length: int | None


class KeyUsage(msgspec.Struct, frozen=True):
    """The extension key usage, its bits by their names in RFC 5280."""

    critical: bool
    bits: frozenset[str]


class Certificate(msgspec.Struct, frozen=True, dict=True):
    """A certificate. Two are the same if their bytes are.

    `not_before` and `not_after` are aware. `public_key` is the library's object, None if it knows no such
    key; `algorithm` is what it signs with, None if nothing. `signed_with` names the hash of the issuer's
    signature, empty if unknown. `extended_key_usage`: dotted numbers, None without the extension;
    `extended_key_usage_critical` tells of that extension. `revocable`: an OCSP or CRL address is in it.
    `handle` is the library's own object.
    """

    der: bytes
    serial: int
    not_before: datetime
    not_after: datetime
    public_key: object
    algorithm: Algorithm | None
    signed_with: str
    basic_constraints: BasicConstraints | None
    key_usage: KeyUsage | None
    extended_key_usage: frozenset[str] | None
    extended_key_usage_critical: bool
    revocable: bool
    handle: x509.Certificate

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the DER bytes in lower-case hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    @cached_property
    def subject(self) -> names.Name:
        """Whose certificate it is; empty if that cannot be read, which no leaf may be."""
        return _readable(lambda: self.handle.subject)

    @cached_property
    def issuer(self) -> names.Name:
        """Who issued it; empty if that cannot be read, which fits no subject."""
        return _readable(lambda: self.handle.issuer)

    @property
    def key_words(self) -> str:
        """The public key in a few words."""
        return keys.describe(self.public_key)

    @property
    def is_ca(self) -> bool:
        """Whether it says of itself that it is a CA."""
        return self.basic_constraints is not None and self.basic_constraints.ca

    @property
    def subject_text(self) -> str:
        """The subject in RFC 4514 form."""
        return names.text(self.subject)

    @property
    def key_fingerprint(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo: the same for every certificate of one key."""
        return hashlib.sha256(_field(self.der, "key")).hexdigest()

    @property
    def issuer_name(self) -> bytes:
        """The DER bytes of the issuer's name, as OCSP hashes them (RFC 6960, section 4.1.1)."""
        return _field(self.der, "issuer")

    @property
    def key_bits(self) -> bytes:
        """The bytes of the public key without its algorithm, as OCSP hashes them."""
        key = _field(self.der, "key")
        start, end = _content(key, _content(key, _content(key, 0)[0])[1])
        return key[start + 1 : end]

    def issued_by(self, issuer: "Certificate") -> bool:
        """Whether the names fit together and the issuer's key made the signature."""
        return _issued_by(self.der, issuer.der)

    @property
    def is_self_signed(self) -> bool:
        """Whether it was issued by itself and its own key."""
        return self.issued_by(self)

    def valid_at(self, at: datetime) -> bool:
        """Whether a time lies within its validity, both ends included."""
        return self.not_before <= at <= self.not_after

    @property
    def summary(self) -> CertificateSummary:
        """As people recognise it."""
        return CertificateSummary(
            self.fingerprint, self.subject_text, names.text(self.issuer), self.not_before, self.not_after
        )


@lru_cache(maxsize=limits.CERTIFICATES_REMEMBERED)
def parse(der: bytes) -> Certificate:
    """Read a certificate. What was read is remembered, since chains share their upper parts.

    Args:
        der: the bytes, at most `limits.CERTIFICATE_BYTES`, with nothing behind them.

    Raises:
        MalformedContentError: `certificate.malformed`.
    """
    if len(der) > limits.CERTIFICATE_BYTES:
        raise _malformed(f"it is larger than {limits.CERTIFICATE_BYTES} bytes")
    try:
        return _read(der)
    except _UNREADABLE as error:
        raise _malformed(str(error).partition("\n")[0][:200]) from None


def _read(der: bytes) -> Certificate:
    handle = x509.load_der_x509_certificate(der)
    if der[-len(handle.signature) - 1]:  # the count of unused bits, which the library passes over
        raise ValueError("its signature does not fill whole bytes")
    extensions = {extension.oid: extension for extension in handle.extensions}
    key = _public_key(handle)
    return Certificate(
        der=der,
        serial=handle.serial_number,
        not_before=handle.not_valid_before_utc,
        not_after=handle.not_valid_after_utc,
        public_key=key,
        algorithm=keys.algorithm_of(key),
        signed_with=_signed_with(handle),
        basic_constraints=_basic_constraints(extensions),
        key_usage=_key_usage(extensions),
        extended_key_usage=_extended_key_usage(extensions),
        extended_key_usage_critical=_is_critical(extensions, ExtensionOID.EXTENDED_KEY_USAGE),
        revocable=_has_ocsp(extensions) or ExtensionOID.CRL_DISTRIBUTION_POINTS in extensions,
        handle=handle,
    )


def forget() -> None:
    """Drop all that is remembered of certificates, as in a new process; for measurements."""
    parse.cache_clear()
    _issued_by.cache_clear()


def parse_file(content: bytes) -> tuple[Certificate, ...]:
    """Read a file of certificates: one in DER, or any number in PEM, with any text between them.

    Args:
        content: of the file, at most `limits.TRUST_STORE_FILE_BYTES`.

    Raises:
        MalformedContentError: `certificate.malformed`, `certificate.none-in-file` or
            `certificate.other-block`.
    """
    labels = _PEM_LABEL.findall(content)
    if not labels and content.lstrip()[:1] == b"0":
        return (parse(content),)
    other = next((label for label in labels if label not in _CERTIFICATE_LABELS), None)
    if other is not None:
        raise MalformedContentError("certificate.other-block", block=other.decode())
    found = _PEM_BLOCK.findall(content)
    if len(found) != len(labels):
        raise _malformed("a block of PEM does not end")
    if not found:
        raise MalformedContentError("certificate.none-in-file", size=len(content))
    return tuple(parse(_unwrapped(body)) for body in found)


def _unwrapped(body: bytes) -> bytes:
    try:
        return binascii.a2b_base64(b"".join(body.split()), strict_mode=True)
    except binascii.Error as error:
        raise _malformed(str(error).lower()) from None


def require_anchor(certificate: Certificate, kind: str) -> None:
    """Check that a certificate may stand in a trust store (trust-store-trust-policy.md, "Trust Store").

    Args:
        certificate: the certificate.
        kind: of the store: `ca`, `signingAuthority` (a CA, or self-signed) or `tsa` (a root CA).

    Raises:
        KeyUnavailableError: `certificate.not-an-anchor` or `certificate.not-a-root`.
    """
    if kind == "tsa":
        if not certificate.is_ca or not certificate.is_self_signed:
            raise KeyUnavailableError("certificate.not-a-root", subject=certificate.subject_text)
    elif not certificate.is_ca and not certificate.is_self_signed:
        raise KeyUnavailableError("certificate.not-an-anchor", subject=certificate.subject_text)


def trust_anchors(content: bytes, kind: str) -> tuple[bytes, ...]:
    """The DER certificates of a file, each known to be fit for a trust store of that kind.

    Raises:
        MalformedContentError: what `parse_file` raises.
        KeyUnavailableError: what `require_anchor` raises.
    """
    certificates = parse_file(content)
    for certificate in certificates:
        require_anchor(certificate, kind)
    return tuple(certificate.der for certificate in certificates)


def _malformed(problem: str) -> MalformedContentError:
    return MalformedContentError("certificate.malformed", problem=problem)


@lru_cache(maxsize=limits.CERTIFICATES_REMEMBERED)
def _issued_by(lower: bytes, upper: bytes) -> bool:
    """Follows from the bytes of both, so it is found out once for all signatures under one chain."""
    try:
        parse(lower).handle.verify_directly_issued_by(parse(upper).handle)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _readable(name: Callable[[], x509.Name]) -> names.Name:
    """A name, which is looked into only when somebody asks: that is half of the cost of a certificate."""
    try:
        return names.of(name())
    except _UNREADABLE:
        return ()


def _public_key(handle: x509.Certificate) -> object:
    try:
        return handle.public_key()
    except UnsupportedAlgorithm:
        return None


def _signed_with(handle: x509.Certificate) -> str:
    try:
        algorithm = handle.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return ""
    if algorithm is not None:
        return algorithm.name
    return "ed25519" if handle.signature_algorithm_oid == SignatureAlgorithmOID.ED25519 else ""


Extensions = Mapping[x509.ObjectIdentifier, x509.Extension[x509.ExtensionType]]


def _basic_constraints(extensions: Extensions) -> BasicConstraints | None:
    found = extensions.get(ExtensionOID.BASIC_CONSTRAINTS)
    if found is None:
        return None
    value = cast("x509.BasicConstraints", found.value)
    return BasicConstraints(found.critical, value.ca, value.path_length)


def _key_usage(extensions: Extensions) -> KeyUsage | None:
    found = extensions.get(ExtensionOID.KEY_USAGE)
    if found is None:
        return None
    value = cast("x509.KeyUsage", found.value)
    bits = {word for name, word in _USAGES.items() if getattr(value, name)}
    if value.key_agreement:  # the library refuses to tell these of other keys
        bits |= {"encipherOnly"} if value.encipher_only else set()
        bits |= {"decipherOnly"} if value.decipher_only else set()
    return KeyUsage(found.critical, frozenset(bits))


def _extended_key_usage(extensions: Extensions) -> frozenset[str] | None:
    found = extensions.get(ExtensionOID.EXTENDED_KEY_USAGE)
    if found is None:
        return None
    return frozenset(purpose.dotted_string for purpose in cast("x509.ExtendedKeyUsage", found.value))


def _is_critical(extensions: Extensions, oid: x509.ObjectIdentifier) -> bool:
    found = extensions.get(oid)
    return found is not None and found.critical


def _has_ocsp(extensions: Extensions) -> bool:
    found = extensions.get(ExtensionOID.AUTHORITY_INFORMATION_ACCESS)
    return found is not None and any(
        access.access_method == AuthorityInformationAccessOID.OCSP
        for access in cast("x509.AuthorityInformationAccess", found.value)
    )


def _content(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of the DER element at `at` starts and ends."""
    length, start = der[at + 1], at + 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[at + 2 : start])
    return start, start + length


def _field(der: bytes, name: str) -> bytes:
    """A field of a certificate that the library has read, with its tag (RFC 5280, section 4.1).

    Serialising the key would give the same bytes, but loading the library's part for that takes long.
    """
    at, _ = _content(der, _content(der, 0)[0])  # into Certificate, into TBSCertificate
    before = _FIELDS[: _FIELDS.index(name)]
    for _ in before if der[at] != _VERSION else ("version", *before):
        at = _content(der, at)[1]
    return der[at : _content(der, at)[1]]
