"""Revocation lists, base and delta: what they are worth, and what they say of a certificate.

Source: RFC 5280, sections 5 and 6.3. Lists of the certificate's own issuer alone are taken; indirect lists,
which one CA keeps for another, are not. A list that does not say when it ends is refused, as there is no
telling whether it is the newest.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.pki import certificate as certificates
from sealwright.pki.certificate import Certificate
from sealwright.pki.revocation.addresses import REASONS, Point, points_in
from sealwright.pki.revocation.signed import STRONG_HASHES
from sealwright.pki.revocation.standing import Standing, require_current, word

__all__ = ["RevocationList", "covered", "issued", "require_delta", "standing"]

_CRITICAL = b"\x01\x01\xff"
"""How DER writes that an extension is critical."""

_ED25519 = "1.3.101.112"
_UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)

_REMOVED = "removeFromCRL"
_PASSING = frozenset({"certificateHold", _REMOVED})
"""Reasons that may be followed by another."""

Entries = tuple[x509.RevokedCertificate, ...]


class RevocationList(msgspec.Struct, frozen=True, dict=True, eq=False):
    """A list whose signature by its issuer was verified.

    `number` orders the lists of one scope. `base` is there in a delta: the number of the oldest list that it
    builds on. `scope` is what it is about; None: all. `freshest` are places of delta lists. `entries` are
    those looked up so far, by serial number.
    """

    handle: x509.CertificateRevocationList
    made_at: datetime
    until: datetime
    number: int | None
    base: int | None
    scope: x509.IssuingDistributionPoint | None
    freshest: tuple[str, ...]
    entries: dict[int, Entries]

    def require_current(self, at: datetime) -> None:
        """Check that it is neither of the future nor over.

        Raises:
            CheckFailedError: `revocation.not-yet-valid` or `revocation.ended`.
        """
        require_current(self.made_at, self.until, at)


@lru_cache(maxsize=limits.CRLS_REMEMBERED)
def issued(content: bytes, issuer: bytes) -> RevocationList:
    """Read a list, and check that this CA issued it. What follows from the bytes is remembered.

    Args:
        content: the DER bytes of the list.
        issuer: the DER bytes of the CA's certificate.

    1. It can be read, says when it ends, and has no critical extension that nobody knows.
    2. The CA has its name, may sign lists, and signed exactly these bytes.
    3. None of its entries has a critical extension that nobody knows (section 5.3): such a list tells nothing
       of any certificate.

    Raises:
        CheckFailedError: a `revocation.` code.
    """
    if len(content) > limits.CRL_BYTES:
        raise _malformed(f"it is larger than {limits.CRL_BYTES} bytes")
    upper = certificates.parse(issuer)
    try:
        # 1. the list
        handle = x509.load_der_x509_crl(content)
        found = _read(handle)
        # 2. its issuer
        _require_issued(handle, upper)
        # 3. its entries
        _require_known(handle)
    except _UNREADABLE as error:
        raise _malformed(str(error).partition("\n")[0][:200]) from None
    return found


def _read(handle: x509.CertificateRevocationList) -> RevocationList:
    made_at, until = handle.last_update_utc, handle.next_update_utc
    if until is None:
        raise CheckFailedError("revocation.no-end")
    if until < made_at:
        raise _malformed("it ends before it begins")
    number = base = scope = None
    freshest: tuple[str, ...] = ()
    unknown: list[str] = []
    for extension in handle.extensions:
        match extension.value:
            case x509.CRLNumber():
                number = extension.value.crl_number
            case x509.DeltaCRLIndicator():
                base = extension.value.crl_number
            case x509.IssuingDistributionPoint():
                scope = extension.value
            case x509.FreshestCRL():
                freshest = tuple(url for point in points_in(extension.value) for url in point.urls)
            case _ if extension.critical:
                unknown.append(extension.oid.dotted_string)
            case _:
                pass
    _require_none(unknown)
    return RevocationList(handle, made_at, until, number, base, scope, freshest[: limits.REVOCATION_URLS], {})


def _require_issued(handle: x509.CertificateRevocationList, issuer: Certificate) -> None:
    if handle.issuer != issuer.handle.subject:
        raise CheckFailedError("revocation.other-issuer", issuer=issuer.subject_text)
    if issuer.key_usage is not None and "cRLSign" not in issuer.key_usage.bits:
        raise CheckFailedError(
            "revocation.not-authorised", problem=f"{issuer.subject_text} may not sign lists"
        )
    digest = handle.signature_hash_algorithm
    strong = (
        handle.signature_algorithm_oid.dotted_string == _ED25519
        if digest is None
        else digest.name in STRONG_HASHES
    )
    if not strong or issuer.public_key is None or not handle.is_signature_valid(issuer.public_key):  # type: ignore[arg-type]  # of any kind
        raise CheckFailedError("revocation.signature-invalid")


def _require_known(handle: x509.CertificateRevocationList) -> None:
    """Look at the extensions of every entry, unless the bytes show that none is critical."""
    own = sum(extension.critical for extension in handle.extensions)
    if handle.tbs_certlist_bytes.count(_CRITICAL) <= own:
        return
    for entry in handle:
        _require_none(
            extension.oid.dotted_string
            for extension in entry.extensions
            if extension.critical and not isinstance(extension.value, x509.CRLReason | x509.InvalidityDate)
        )


def _require_none(unknown: Iterable[str]) -> None:
    listed = ", ".join(sorted(unknown))
    if listed:
        raise CheckFailedError("revocation.critical-extension", extensions=listed)


def covered(found: RevocationList, certificate: Certificate, point: Point) -> frozenset[x509.ReasonFlags]:
    """For which reasons a base list would hold a certificate (section 6.3.3, (b) and (d)).

    Args:
        found: the list.
        certificate: asked about.
        point: of the certificate, where the list was found.

    Raises:
        CheckFailedError: `revocation.out-of-scope`.
    """
    if found.base is not None:
        raise _out_of_scope("it is a delta list where a whole one is wanted")
    if point.foreign:
        raise _out_of_scope("the certificate names another issuer for its lists")
    scope = found.scope
    if scope is None:
        return point.reasons
    if scope.indirect_crl:
        raise _out_of_scope("it is kept for several issuers")
    if scope.only_contains_attribute_certs or (scope.only_contains_ca_certs and not certificate.is_ca):
        raise _out_of_scope("it is not about certificates of this kind")
    if scope.only_contains_user_certs and certificate.is_ca:
        raise _out_of_scope("it is not about CAs")
    if scope.relative_name is not None or (scope.full_name and not point.names & frozenset(scope.full_name)):
        raise _out_of_scope("it is of another distribution point")
    return point.reasons & (REASONS if scope.only_some_reasons is None else scope.only_some_reasons)


def require_delta(delta: RevocationList, base: RevocationList) -> None:
    """Check that a delta list builds on a base list (section 6.3.3, (c)).

    One that is as old as the base adds nothing, and does no harm.

    Raises:
        CheckFailedError: `revocation.delta-mismatch`.
    """
    if delta.base is None:
        raise _delta_mismatch("it is not a delta list")
    if delta.scope != base.scope:
        raise _delta_mismatch("it is of another scope")
    if delta.number is None or base.number is None:
        raise _delta_mismatch("one of the two has no number")
    if delta.base > base.number:
        raise _delta_mismatch(f"it builds on list {delta.base}, and this is list {base.number}")
    if delta.number < base.number:
        raise _delta_mismatch(f"list {delta.number} is older than list {base.number}")


def standing(base: RevocationList, delta: RevocationList | None, certificate: Certificate) -> Standing:
    """What a list says of a certificate. A delta list may end a hold, and nothing else.

    Args:
        base: in whose scope the certificate is.
        delta: that builds on it, if there is one.
        certificate: asked about.

    Raises:
        CheckFailedError: `revocation.answer-malformed`.
    """
    until = base.until if delta is None else min(base.until, delta.until)
    made_at = base.made_at if delta is None else delta.made_at
    try:
        kept = [_revoked(entry, made_at, until) for entry in _entries(base, certificate.serial)]
        newer = () if delta is None else _entries(delta, certificate.serial)
        added = [_revoked(entry, made_at, until) for entry in newer]
    except _UNREADABLE as error:
        raise _malformed(str(error).partition("\n")[0][:200]) from None
    if any(entry.reason == _REMOVED for entry in kept):
        raise _malformed("it takes a certificate off the list, which only delta lists may")
    lasting = [entry for entry in (*added, *kept) if entry.reason not in _PASSING]
    if lasting:
        return lasting[0]
    last = max(added or kept, key=_revoked_at, default=None)
    return Standing("good", made_at, until) if last is None or last.reason == _REMOVED else last


def _revoked_at(entry: Standing) -> datetime:
    return entry.revoked_at or entry.made_at


def _entries(found: RevocationList, serial: int) -> Entries:
    """The entries of a serial number: one at most, unless the CA is careless.

    The library finds the first alone. Whether there may be more is told by the bytes.
    """
    known = found.entries.get(serial)
    if known is not None:
        return known
    first = found.handle.get_revoked_certificate_by_serial_number(serial)
    entries: Entries = ()
    if first is not None:
        length = serial.bit_length() // 8 + 1
        number = b"\x02" + bytes([length]) + serial.to_bytes(length)
        entries = (first,)
        if found.handle.tbs_certlist_bytes.count(number) > 1:
            entries = tuple(entry for entry in found.handle if entry.serial_number == serial)
    if len(found.entries) >= limits.CRL_ENTRIES_REMEMBERED:
        found.entries.clear()
    found.entries[serial] = entries
    return entries


def _revoked(entry: x509.RevokedCertificate, made_at: datetime, until: datetime) -> Standing:
    reason, invalid_since = "unspecified", None
    for extension in entry.extensions:
        match extension.value:
            case x509.CRLReason():
                reason = word(extension.value.reason)
            case x509.InvalidityDate():
                invalid_since = extension.value.invalidity_date_utc
            case _:
                pass
    state: Literal["revoked"] = "revoked"
    return Standing(state, made_at, until, entry.revocation_date_utc, reason, invalid_since)


def _malformed(problem: str) -> CheckFailedError:
    return CheckFailedError("revocation.answer-malformed", problem=problem)


def _out_of_scope(problem: str) -> CheckFailedError:
    return CheckFailedError("revocation.out-of-scope", problem=problem)


def _delta_mismatch(problem: str) -> CheckFailedError:
    return CheckFailedError("revocation.delta-mismatch", problem=problem)
