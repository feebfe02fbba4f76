"""Revocation lists, whole ones and what has changed since one.

Source: RFC 5280, sections 5.1 to 5.3. A list is about every certificate of one key of its issuer, for every
reason, so it needs no issuing distribution point; a delta list has the critical indicator of the list that it
adds to, and takes back what was on hold there with the reason removeFromCRL.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.pki.authority.revocations import REASONS, UNSPECIFIED, Revocation
from sealwright.pki.certificate import Certificate
from sealwright.pki.issuing import Issuer, extensions, require_key
from sealwright.pki.issuing.issuers import hash_of

__all__ = ["Edition", "Head", "head", "in_pem", "is_signed_by", "made"]


class Edition(msgspec.Struct, frozen=True):
    """What one list has for itself.

    Attributes:
        number: higher than that of every list of the issuer before it, whole or delta.
        this_update: when it is made, aware, in whole seconds.
        next_update: by when there will be the next one.
        base: of a delta list: the number of the whole list that it adds to.
        delta_url: of a whole list: where its delta lists are; empty: nowhere.
    """

    number: int
    this_update: datetime
    next_update: datetime
    base: int | None = None
    delta_url: str = ""


class Head(msgspec.Struct, frozen=True):
    """What stands at the top of a list that was made."""

    number: int
    this_update: datetime
    next_update: datetime


def made(
    issuer: Issuer, edition: Edition, revoked: Iterable[Revocation], removed: Iterable[Revocation] = ()
) -> bytes:
    """A revocation list in DER.

    Args:
        issuer: the CA whose certificates it is about.
        edition: number and times.
        revoked: what is revoked; in a delta list, since its base.
        removed: for a delta list: what was on hold in its base and counts again.

    Raises:
        KeyUnavailableError: `key.unsupported` or `key.certificate-mismatch`.
    """
    require_key(issuer.certificate, issuer.private_key)
    entries = [_entry(one, REASONS[one.reason]) for one in revoked]
    entries += [_entry(one, x509.ReasonFlags.remove_from_crl) for one in removed]
    builder = (
        # all at once: to add one to many copies the many
        x509.CertificateRevocationListBuilder(revoked_certificates=entries)
        .issuer_name(issuer.certificate.handle.subject)
        .last_update(edition.this_update)
        .next_update(edition.next_update)
        .add_extension(x509.CRLNumber(edition.number), critical=False)
        .add_extension(extensions.key_identifier(issuer), critical=False)
    )
    if edition.base is not None:
        builder = builder.add_extension(x509.DeltaCRLIndicator(edition.base), critical=True)
    elif edition.delta_url:
        builder = builder.add_extension(
            x509.FreshestCRL([extensions.point(edition.delta_url)]), critical=False
        )
    return builder.sign(issuer.private_key, hash_of(issuer.private_key)).public_bytes(Encoding.DER)


def _entry(one: Revocation, reason: x509.ReasonFlags) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(one.serial).revocation_date(one.at)
    if one.reason != UNSPECIFIED or reason is x509.ReasonFlags.remove_from_crl:
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    if one.invalid_since is not None and reason is not x509.ReasonFlags.remove_from_crl:
        builder = builder.add_extension(x509.InvalidityDate(one.invalid_since), critical=False)
    return builder.build()


def head(content: bytes) -> Head:
    """The top of a list of ours; who signed it is not looked at.

    Args:
        content: DER, at most `limits.CRL_MADE_BYTES`.

    Raises:
        MalformedContentError: `pki.list-malformed`.
    """
    try:
        if len(content) > limits.CRL_MADE_BYTES:
            raise ValueError(f"it is larger than {limits.CRL_MADE_BYTES} bytes")  # noqa: TRY301  # one answer
        parsed = x509.load_der_x509_crl(content)
        number = parsed.extensions.get_extension_for_oid(ExtensionOID.CRL_NUMBER).value
        end = parsed.next_update_utc
        if not isinstance(number, x509.CRLNumber) or end is None:
            raise ValueError("it does not say when the next one comes")  # noqa: TRY301  # the same
    except (ValueError, x509.ExtensionNotFound) as error:
        problem = str(error).partition("\n")[0].rstrip(".")[:200]
        raise MalformedContentError("pki.list-malformed", problem=problem) from None
    return Head(number.crl_number, parsed.last_update_utc, end)


def is_signed_by(content: bytes, issuer: Certificate) -> bool:
    """Whether a list that can be read was signed with the key of a CA."""
    key = issuer.public_key
    assert isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)  # noqa: S101  # no other key signs here
    return x509.load_der_x509_crl(content).is_signature_valid(key)


def in_pem(content: bytes) -> bytes:
    """A list of ours in PEM."""
    return x509.load_der_x509_crl(content).public_bytes(Encoding.PEM)
