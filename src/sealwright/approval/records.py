"""Whose approval the operations of a key need, with the public keys of these people.

    {
      "$schema": "https://sealwright.dev/schema/approval-rules/1",
      "people": [{"person": "ada", "keys": [{"kind": "ed25519", "fingerprint": "…", "public": "…"}]}],
      "use": {
        "alternatives": [{"groups": [{"name": "release", "quorum": 2, "people": ["ada", "bob", "eve"]}]}],
        "timeLock": 0, "timeOut": 86400, "spendWithin": 86400, "samePersonInSeveralGroups": false
      },
      "change": …, "block": …, "unblock": …
    }

One alternative is enough, and of it every group, each by its quorum. An operation without a rule (null, or
not there) needs no approval. Rules are pinned when a key is made; others take their place by an approval of
*change*.
"""

from typing import Annotated, Literal

import msgspec

from sealwright import limits
from sealwright.approval import canonical
from sealwright.approval.keys import ApproverKey, KeyKind
from sealwright.digest import Digest

__all__ = [
    "OPERATIONS",
    "SCHEMA",
    "Alternative",
    "Approver",
    "ApproverKey",
    "Group",
    "KeyKind",
    "Operation",
    "Rule",
    "Rules",
]

SCHEMA = "https://sealwright.dev/schema/approval-rules/1"

Operation = Literal["use", "change", "block", "unblock"]
OPERATIONS: tuple[Operation, ...] = ("use", "change", "block", "unblock")
"""What a rule may be about."""

_DAY = 24 * 60 * 60

Name = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._@+-]*\Z", max_length=255)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=limits.APPROVAL_SECONDS)]
SomeSeconds = Annotated[int, msgspec.Meta(ge=1, le=limits.APPROVAL_SECONDS)]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The base of all."""


class Approver(_Record, frozen=True):
    """Somebody who may approve, with the keys that speak for them."""

    person: Name
    keys: Annotated[
        tuple[ApproverKey, ...], msgspec.Meta(min_length=1, max_length=limits.APPROVAL_PERSON_KEYS)
    ]


class Group(_Record, frozen=True):
    """Some people, of whom `quorum` have to approve."""

    name: Name
    quorum: Annotated[int, msgspec.Meta(ge=1, le=limits.APPROVAL_PEOPLE)]
    people: Annotated[tuple[Name, ...], msgspec.Meta(max_length=limits.APPROVAL_PEOPLE)]


class Alternative(_Record, frozen=True):
    """Groups that all have to approve."""

    groups: Annotated[tuple[Group, ...], msgspec.Meta(min_length=1, max_length=limits.APPROVAL_GROUPS)]


class Rule(_Record, frozen=True):
    """What one operation needs.

    Attributes:
        alternatives: one of them is enough.
        time_lock: seconds after the quorum in which nothing is done yet, and a denial still counts.
        time_out: seconds from the request to the last approval that it needs.
        spend_within: seconds for which an approved request waits to be used, once the time lock is over.
        same_person_in_several_groups: whether one person counts in each group of an alternative that names
            them, not only in one. In no group does anybody count twice.
    """

    alternatives: Annotated[
        tuple[Alternative, ...], msgspec.Meta(min_length=1, max_length=limits.APPROVAL_ALTERNATIVES)
    ]
    time_lock: Seconds = 0
    time_out: SomeSeconds = _DAY
    spend_within: SomeSeconds = _DAY
    same_person_in_several_groups: bool = False

    @property
    def people(self) -> frozenset[str]:
        """Everybody who has a say: to approve, and to deny."""
        return frozenset(
            person
            for alternative in self.alternatives
            for group in alternative.groups
            for person in group.people
        )


class Rules(_Record, frozen=True):
    """The rules of one key."""

    people: Annotated[tuple[Approver, ...], msgspec.Meta(max_length=limits.APPROVAL_PEOPLE)]
    use: Rule | None = None
    change: Rule | None = None
    block: Rule | None = None
    unblock: Rule | None = None

    def rule(self, operation: Operation) -> Rule | None:
        """What an operation needs; None for no approval."""
        found: Rule | None = getattr(self, operation)
        return found

    def approver(self, person: str) -> Approver | None:
        """The person of a name, if the rules have one."""
        return next((one for one in self.people if one.person == person), None)

    def encoded(self) -> bytes:
        """The one way to write them, of which `digest` is."""
        return canonical.encoded(SCHEMA, self)

    @property
    def digest(self) -> Digest:
        """The SHA-256 of what `encoded` gives."""
        return Digest.of(self.encoded())
