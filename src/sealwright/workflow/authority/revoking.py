"""Revoking certificates, and taking back what was on hold."""

import re
from datetime import datetime
from pathlib import Path

import msgspec

from sealwright.errors import UsageError
from sealwright.pki.authority.revocations import HOLD, UNSPECIFIED, Revocation
from sealwright.workflow.authority import cas
from sealwright.workflow.authority.entries import Entry, Issued, Released, Revoked
from sealwright.workflow.authority.ledger import Ledger, writing

__all__ = ["Row", "Why", "release", "revoke", "rows"]

_SERIAL = re.compile(r"(?:0x)?((?:[0-9a-f]{1,2}:)*[0-9a-f]{1,40})", re.IGNORECASE)
_ROLES = {True: "ca", False: "leaf"}


class Why(msgspec.Struct, frozen=True):
    """Why a certificate is revoked.

    Attributes:
        reason: one of `pki.authority.revocations.REASONS`.
        since: from when on; None: from now on.
        invalid_since: since when its key is feared to be in wrong hands, if that was earlier.
    """

    reason: str = UNSPECIFIED
    since: datetime | None = None
    invalid_since: datetime | None = None


class Row(msgspec.Struct, frozen=True):
    """A certificate as `seal pki list` shows it, with what became of it."""

    issued: Issued
    ca: str
    revocation: Revocation | None

    def status(self, at: datetime) -> str:
        """`good`, `expired`, `on hold`, or `revoked`."""
        if self.revocation is not None:
            return "on hold" if self.revocation.reason == HOLD else "revoked"
        return "expired" if at > self.issued.not_after else "good"


def revoke(folder: Path, what: str, why: Why, at: datetime) -> Row:
    """Revoke a certificate. Lists and responders tell of it from their next look on.

    Args:
        folder: of the PKI.
        what: its name, its serial in hexadecimal, or its file.
        why: the reason, and from when on.
        at: the time, aware.

    Raises:
        UsageError: `pki.certificate-unknown`, `pki.root-not-revocable`, `pki.already-revoked`,
            `pki.time-in-future`.
        DocumentError, StorageError: a file cannot be used.
    """
    at = at.replace(microsecond=0)
    since = (why.since or at).replace(microsecond=0)
    for time in (since, why.invalid_since or since):
        if time > at:
            raise UsageError("pki.time-in-future", time=f"{time:%Y-%m-%dT%H:%M:%SZ}")
    with writing(cas.opened(folder, at)) as ledger:
        issued, news = _meant(ledger, what, at)
        serial = int(issued.serial, 16)
        before = ledger.revoked(issued.ca).get(serial)
        if before is not None and (before.reason != HOLD or why.reason == HOLD):
            raise UsageError(
                "pki.already-revoked",
                serial=issued.serial,
                since=f"{before.at:%Y-%m-%dT%H:%M:%SZ}",
                reason=before.reason,
            )
        ledger.append(*news, Revoked(at, issued.ca, issued.serial, since, why.reason, why.invalid_since))
        return _row(ledger, issued)


def release(folder: Path, what: str, at: datetime) -> Row:
    """Let a certificate that was on hold count again.

    Args:
        folder: of the PKI.
        what: its name, its serial in hexadecimal, or its file.
        at: the time, aware.

    Raises:
        UsageError: `pki.certificate-unknown`, `pki.not-on-hold`.
        DocumentError, StorageError: a file cannot be used.
    """
    at = at.replace(microsecond=0)
    with writing(cas.opened(folder, at)) as ledger:
        issued, _ = _meant(ledger, what, at)
        before = ledger.revoked(issued.ca).get(int(issued.serial, 16))
        if before is None or before.reason != HOLD:
            raise UsageError("pki.not-on-hold", serial=issued.serial)
        ledger.append(Released(at, issued.ca, issued.serial))
        return _row(ledger, issued)


def rows(folder: Path, at: datetime) -> list[Row]:
    """Every certificate that was issued, in the order in which it was.

    Args:
        folder: of the PKI.
        at: the time, aware.

    Raises:
        DocumentError, StorageError: a file cannot be used.
    """
    ledger = cas.opened(folder, at)
    return [_row(ledger, issued) for issued in ledger.issued.values()]


def _row(ledger: Ledger, issued: Issued) -> Row:
    return Row(issued, issued.ca, ledger.revoked(issued.ca).get(int(issued.serial, 16)))


def _meant(ledger: Ledger, what: str, at: datetime) -> tuple[Issued, tuple[Entry, ...]]:
    """The certificate that is meant, and what the ledger does not know of it yet."""
    folder = ledger.folder
    chain = None
    if "/" not in what:
        chain = cas.chain_of(folder / f"{what}.pem")
    if chain is None and (serial := _SERIAL.fullmatch(what)):
        number = int(serial[1].replace(":", ""), 16)
        found = [issued for (_, known), issued in ledger.issued.items() if known == number]
        if len(found) == 1:
            return found[0], ()
    if chain is None:
        chain = cas.chain_of(Path(what))
    if chain is None:
        raise UsageError("pki.certificate-unknown", what=what, folder=str(folder))
    own = chain[0]
    if own.is_self_signed:
        raise UsageError("pki.root-not-revocable", subject=own.subject_text)
    ca = next((ca for ca in cas.found(folder) if own.issued_by(ca.certificate)), None)
    if ca is None:
        raise UsageError("pki.certificate-unknown", what=what, folder=str(folder))
    known = ledger.issued.get((ca.key, own.serial))
    if known is not None:
        return known, ()
    new = cas.recorded(own, ca.key, at, _ROLES[own.is_ca], "")
    return new, (new,)
