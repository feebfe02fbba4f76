"""What the service answers about requests for approval and the people who approve. Unknown members are passed
over.

Of a request only its bytes, the rules and the votes are believed, as far as digests and signatures hold; how
it stands is found out from them here. The service alone knows whether it was spent, and what time it is there.
"""

from typing import Literal

import msgspec

from sealwright.approval import requests, rules
from sealwright.approval.keys import ApproverKey
from sealwright.approval.records import Rules
from sealwright.approval.requests import Request
from sealwright.approval.standing import Standing, standing
from sealwright.approval.votes import Received
from sealwright.errors import MalformedContentError

__all__ = ["OPEN", "Approval", "ApprovalState", "Asked", "KeyApprovers", "Person"]

ApprovalState = Literal["waiting", "locked", "ready", "denied", "expired", "spent", "void"]
OPEN: frozenset[ApprovalState] = frozenset({"waiting", "locked", "ready"})
"""In which something may still come of a request. `void`: the key has other rules by now."""


class Asked(msgspec.Struct, frozen=True):
    """A request, with the rules that it is about, both read; how it stands by its votes."""

    request: Request
    rules: Rules
    standing: Standing


class Approval(msgspec.Struct, frozen=True, rename="camel"):
    """A request as the service tells of it.

    Attributes:
        id: its identifier.
        state: how it stands.
        request: the bytes of the request.
        rules: the bytes of the rules.
        votes: every one that was received.
        now: the time of the service, in microseconds since 1970.
        key_name: what people call the key.
    """

    id: str
    state: ApprovalState
    request: bytes
    rules: bytes
    votes: tuple[Received, ...]
    now: int
    key_name: str = ""

    def read(self) -> Asked:
        """The request and the rules, and how it stands, with every digest and signature looked at.

        Raises:
            MalformedContentError: `approval.request-malformed`.
            DocumentError: the rules cannot be used.
            CheckFailedError: `approval.rules-changed`, or a vote is none.
        """
        asked = requests.parse(self.request)
        if asked.id != self.id:
            raise MalformedContentError("approval.request-malformed", problem="it is another one")
        under = rules.parse(self.rules)
        return Asked(asked, under, standing(asked, under, self.votes, self.now))


class Person(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody who has enrolled, to be named in new rules; times are as RFC 3339 has them."""

    person: str
    keys: tuple[ApproverKey, ...]
    enrolled_at: str = ""
    enrolled_by: str = ""


class KeyApprovers(msgspec.Struct, frozen=True, rename="camel"):
    """Who can approve what of a key: the bytes of its rules; None if nobody has to."""

    key: str
    rules: bytes | None = None
