"""Making the revocation lists of a folder: `NAME.crl` and `NAME-delta.crl`, in DER.

The number of a list is taken in the ledger before the list is made, so that it never comes twice and never
goes back, whatever happens to the files.
"""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, SealwrightError, UsageError
from sealwright.homes import files
from sealwright.keys.passphrases import Passphrases
from sealwright.pki.authority import lists
from sealwright.pki.authority.lists import Edition, Head
from sealwright.pki.issuing import Issuer
from sealwright.workflow.authority import cas
from sealwright.workflow.authority.addresses import CA
from sealwright.workflow.authority.cas import Ca
from sealwright.workflow.authority.entries import Listed
from sealwright.workflow.authority.ledger import Ledger, writing

__all__ = ["Made", "list_file", "make", "make_due", "publish", "read"]


class Made(msgspec.Struct, frozen=True):
    """A list that was made: its file, its number, how many entries it has, and when it ends."""

    file: Path
    number: int
    entries: int
    until: datetime


def list_file(ca: Ca, *, delta: bool = False) -> Path:
    """Where the list of a CA is."""
    return ca.folder / f"{ca.stem}{'-delta' if delta else ''}.crl"


def read(file: Path) -> tuple[bytes, Head] | None:
    """A list and what stands at its top; None if there is none.

    Raises:
        DocumentError: `pki.list-malformed`.
        StorageError: the file cannot be read.
    """
    content = files.read_optional(file, limits.CRL_MADE_BYTES)
    if content is None:
        return None
    try:
        return content, lists.head(content)
    except SealwrightError as error:
        raise DocumentError.about(str(file), error) from None


def publish(
    folder: Path,
    passphrases: Passphrases,
    at: datetime,
    days: float,
    *,
    delta: bool = False,
    pem: bool = False,
) -> tuple[list[Made], list[Ca]]:
    """Make a new list of every CA whose key is here.

    Args:
        folder: of the PKI.
        passphrases: of the keys.
        at: the time, aware.
        days: how long each list holds; at most until its CA ends.
        delta: only what changed since the last whole list.
        pem: write each list in PEM as well.

    Returns:
        What was made, and the CAs whose keys are not here.

    Raises:
        UsageError: `pki.days-out-of-range`, `pki.no-base-list`, or `pki.no-such-name` without any CA.
        DocumentError, StorageError: a file cannot be used.
    """
    if not 0 < days <= limits.CRL_DAYS:
        raise UsageError("pki.days-out-of-range", days=days, limit=limits.CRL_DAYS)
    known = cas.found(folder)
    if not known:
        raise UsageError("pki.no-such-name", name=cas.ROOT, folder=str(folder))
    here = [ca for ca in known if ca.key_is_here]
    if not here:
        raise UsageError("pki.ca-key-absent", file=str(known[-1].key_file))
    ledger = cas.opened(folder, at)
    made = [one for ca in here for one in make_due(ledger, ca, ca.issuer(passphrases), at, days, delta=delta)]
    if pem:
        for one in made:
            content = files.read(one.file, limits.CRL_MADE_BYTES)
            files.write(one.file.with_suffix(".crl.pem"), lists.in_pem(content))
    return made, [ca for ca in known if ca not in here]


def make_due(
    ledger: Ledger, ca: Ca, issuer: Issuer, at: datetime, days: float, *, delta: bool = False
) -> list[Made]:
    """Make a new list of one CA; with a whole one that names a delta list, that one too.

    Whoever reads the whole list looks for a delta list that adds to it, so the old one must not stay.

    Args and errors: as for `make`.
    """
    made = [make(ledger, ca, issuer, at, days, delta=delta)]
    if not delta and _delta_url(ledger, ca):
        made.append(make(ledger, ca, issuer, at, days, delta=True))
    return made


def make(ledger: Ledger, ca: Ca, issuer: Issuer, at: datetime, days: float, *, delta: bool = False) -> Made:
    """Make a new list of one CA and put it in its place.

    Args:
        ledger: of the folder.
        ca: the CA.
        issuer: the same, ready to sign.
        at: the time, aware.
        days: how long the list holds; at most until the CA ends.
        delta: only what changed since the last whole list.

    Raises:
        UsageError: `pki.no-base-list`, `pki.ca-ended`.
        DocumentError, StorageError: a file cannot be used.
    """
    cas.require_valid(ca.certificate, at)
    at = at.replace(microsecond=0)
    until = min(at + timedelta(days=days), ca.certificate.not_after)
    file = list_file(ca, delta=delta)
    with writing(ledger):
        number = max(ledger.next_number(ca.key), _number(file) + 1)
        base = ledger.base(ca.key) if delta else None
        if delta and base is None:
            raise UsageError("pki.no-base-list", ca=ca.stem)
        changed, removed = ledger.since_base(ca.key)
        revoked = changed if delta else list(ledger.revoked(ca.key).values())
        ledger.append(Listed(at, ca.key, number, base))
        edition = Edition(number, at, until, base, _delta_url(ledger, ca))
        content = lists.made(issuer, edition, revoked, removed if delta else ())
        files.write(file, content)
    return Made(file, number, len(revoked) + len(removed if delta else ()), until)


def _number(file: Path) -> int:
    """The number of a list that is there; 0 if there is none that can be read."""
    try:
        there = read(file)
    except DocumentError:
        return 0
    return 0 if there is None else there[1].number


def _delta_url(ledger: Ledger, ca: Ca) -> str:
    addressed = ledger.addressed.get(ca.stem.partition(".")[0])
    return addressed.delta.replace(CA, ca.key) if addressed is not None else ""
