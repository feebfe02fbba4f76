"""The lines of a ledger: what a CA did, one after another.

Each names the CA by its key (SHA-256 of the SubjectPublicKeyInfo in hexadecimal), so that a CA that got a new
key is told from its former self; serials are hexadecimal.
"""

from datetime import datetime

import msgspec

from sealwright.pki.authority.revocations import UNSPECIFIED
from sealwright.pki.issuing import Addresses

__all__ = ["Addressed", "Entry", "Issued", "Listed", "Released", "Revoked"]


class _Line(msgspec.Struct, frozen=True, tag_field="did", omit_defaults=True):
    """Any line. `at` is when it was written, by the clock of the machine."""

    at: datetime
    ca: str


class Issued(_Line, frozen=True, tag="issued"):
    """A certificate was issued. `name` is that of its files, empty where they are elsewhere."""

    serial: str
    subject: str
    not_after: datetime
    role: str = "leaf"
    name: str = ""


class Revoked(_Line, frozen=True, tag="revoked"):
    """A certificate was revoked, or a hold became final."""

    serial: str
    since: datetime
    reason: str = UNSPECIFIED
    invalid_since: datetime | None = None


class Released(_Line, frozen=True, tag="released"):
    """A certificate that was on hold counts again."""

    serial: str


class Listed(_Line, frozen=True, tag="listed"):
    """A number was taken for a revocation list, which is made next. `base`: that of a delta list."""

    number: int
    base: int | None = None


class Addressed(_Line, frozen=True, tag="addressed"):
    """What the CA writes into certificates from now on. `ca` is the name of the CA, whatever its key."""

    addresses: Addresses = Addresses()
    delta: str = ""


Entry = Issued | Revoked | Released | Listed | Addressed
