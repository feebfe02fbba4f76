"""What the service answers about requests for approval and the people who approve. Unknown members are passed
over; times are as RFC 3339 has them.

What people sign is recomputed from these members (`approval.requests`), never taken from the service's word.
"""

from typing import Literal

import msgspec

__all__ = ["Approval", "ApprovalOrder", "ApprovalVote", "Count", "Person", "PersonKey"]

State = Literal["waiting", "locked", "ready", "denied", "expired", "spent"]


class Count(msgspec.Struct, frozen=True):
    """How many of a group have approved, and how many have to."""

    group: str
    given: int
    quorum: int


class ApprovalVote(msgspec.Struct, frozen=True, rename="camel"):
    """What one person said: `approve` or `deny`, and when it was received."""

    person: str
    fingerprint: str
    decision: str
    signature: bytes
    at: str = ""
