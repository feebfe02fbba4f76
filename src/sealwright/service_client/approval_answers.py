"""What the service answers about requests for approval and the people who approve.

Members that are not known here are passed over. How a request stands is told by the service; whoever approves
reads the request itself, by its bytes, and has every vote verified (`Approval.read`).
"""

from datetime import datetime
from typing import Literal

import msgspec

from sealwright.approval import requests
from sealwright.approval.keys import ApproverKey
from sealwright.approval.records import Approver, Rule, Rules
from sealwright.approval.requests import Decision, Request
from sealwright.approval.standing import Count
from sealwright.approval.votes import Vote, require_valid
from sealwright.errors import MalformedContentError

__all__ = ["OPEN", "Approval", "ApprovalState", "GivenVote", "KeyApprovers", "Person"]

ApprovalState = Literal["waiting", "locked", "ready", "denied", "expired", "spent", "void"]
OPEN: frozenset[ApprovalState] = frozenset({"waiting", "locked", "ready"})
"""In which something may still come of a request. `void`: the key has other rules by now."""


class GivenVote(msgspec.Struct, frozen=True, rename="camel"):
    """A vote, and when the service got it."""

    person: str
    fingerprint: str
    decision: Decision
    signature: bytes
    at: datetime


class Approval(msgspec.Struct, frozen=True, rename="camel"):
    """A request as the service tells of it.

    Attributes:
        id: its identifier.
        state: how it stands.
        revision: goes up whenever something happens to it.
        operation: what is to be approved.
        key: the identifier of the key.
        note: what whoever asked says of it.
        requested_by: the account that asked.
        requested_at: when.
        request: the bytes of the request.
        votes: every one that was received.
        alternatives: of each, how many of its groups have approved; one alternative is enough.
        waits_for: who may still approve.
        expires_at: when its state ends by time alone.
        ready_at: when the time lock is over; None before there is a quorum.
        denied_by: who denied first.
        spent_at: when it was used.
    """

    id: str
    state: ApprovalState
    revision: int
    operation: str
    key: str
    requested_by: str
    requested_at: datetime
    request: bytes
    votes: tuple[GivenVote, ...]
    alternatives: tuple[tuple[Count, ...], ...]
    waits_for: tuple[str, ...]
    expires_at: datetime
    ready_at: datetime | None = None
    note: str = ""
    denied_by: str = ""
    spent_at: datetime | None = None

    def read(self) -> Request:
        """The request itself.

        Raises:
            MalformedContentError: `approval.request-malformed`.
        """
        found = requests.parse(self.request)
        if found.id != self.id:
            raise MalformedContentError("approval.request-malformed", problem=f"it is the request {found.id}")
        return found

    def require_votes(self, request: Request, rules: Rules) -> None:
        """Return if the request is about these rules, and each vote is one on it.

        Raises:
            CheckFailedError: as `approval.votes.require_valid`.
        """
        for one in self.votes:
            require_valid(request, rules, Vote(one.person, one.fingerprint, one.decision, one.signature))


class Person(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody who has enrolled, to be named in new rules."""

    person: str
    keys: tuple[ApproverKey, ...]
    enrolled_at: datetime | None = None
    enrolled_by: str = ""


class KeyApprovers(msgspec.Struct, frozen=True, rename="camel"):
    """Who can approve what of a key: its rules, and their digest; None: it has no rules."""

    key: str
    rules: str | None
    people: tuple[Approver, ...]
    use: Rule | None = None
    change: Rule | None = None
    block: Rule | None = None
    unblock: Rule | None = None

    @property
    def pinned(self) -> Rules | None:
        """The rules, if the key has any."""
        if self.rules is None:
            return None
        return Rules(self.people, self.use, self.change, self.block, self.unblock)
