"""What is kept of a request for approval: its row, its entries, and the people who have enrolled."""

from typing import Literal

import msgspec

from sealwright.approval.keys import ApproverKey
from sealwright.approval.standing import State

__all__ = ["OPEN", "STATES", "Enrolled", "Entry", "EntryKind", "Kept", "KeptState", "ShownState"]

KeptState = State | Literal["spent"]
ShownState = KeptState | Literal["void"]
STATES: tuple[ShownState, ...] = ("waiting", "locked", "ready", "denied", "expired", "spent", "void")
OPEN: tuple[ShownState, ...] = ("waiting", "locked", "ready")
"""In which votes are taken."""

EntryKind = Literal["opened", "voted", "ready", "expired", "spent", "recorded"]


class Kept(msgspec.Struct, frozen=True):
    """The row of a request; its fields in the order of the columns, but for the mark.

    Attributes:
        id: of the request.
        key: whose operation is to be approved.
        operation: of the key.
        requested_by: the account that asked.
        requested_at: in microseconds since 1970.
        rules: the digest of the rules.
        content: the request as people sign it.
        state: how it stood at its last entry.
        ready_at: when the time lock is over, in microseconds since 1970; 0 before there is a quorum.
        expires_at: when it expires if nothing happens, in microseconds since 1970.
        entries: how many there are.
        head: the mark of the last one.
    """

    id: str
    key: str
    operation: str
    requested_by: str
    requested_at: int
    rules: str
    content: bytes
    state: KeptState
    ready_at: int
    expires_at: int
    entries: int
    head: bytes


class Entry(msgspec.Struct, frozen=True):
    """One thing that happened to a request; its fields in the order of the columns, but for the mark.

    Attributes:
        request: its identifier.
        number: counted from 1.
        kind: what happened.
        at: when, in microseconds since 1970.
        actor: the account that did it.
        content: of a vote, the vote; of what was recorded, the outcome; of what was spent, the proof.
    """

    request: str
    number: int
    kind: EntryKind
    at: int
    actor: str
    content: bytes


class Enrolled(msgspec.Struct, frozen=True):
    """A person who approves, as new rules are to name them.

    Attributes:
        person: what rules call them.
        keys: that speak for them.
        enrolled_at: when they, or their newest keys, were enrolled, in microseconds since 1970.
        enrolled_by: the account that did it.
    """

    person: str
    keys: tuple[ApproverKey, ...]
    enrolled_at: int
    enrolled_by: str
