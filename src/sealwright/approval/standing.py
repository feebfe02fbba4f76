"""How a request stands at a time. It follows from the request, the rules, the votes and the clock alone.

    waiting   until an alternative is met by approvals that came within the time-out of the rule
    locked    then, for the time lock
    ready     then, for the time to spend it; this is when the operation may be done
    expired   the time-out is over without a quorum, or the time to spend it is
    denied    anybody who has a say denied before it expired, whatever else was said

`spent` is no state here: whoever does the operation keeps that. A denial is final, and counts until the
approval is spent. What came after the time-out counts for nothing, and neither does the second approval of
one person. Bounds belong to the earlier state's end: an approval counts at the very time of the time-out, and
the operation may be done from the very end of the time lock to the very last microsecond of its time.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from sealwright.approval import counting
from sealwright.approval.records import Rule, Rules
from sealwright.approval.requests import Request
from sealwright.approval.votes import Received, require_valid, ruling

__all__ = ["Count", "Standing", "State", "standing"]

State = Literal["waiting", "locked", "ready", "denied", "expired"]

_SECOND = 1_000_000


class Count(msgspec.Struct, frozen=True):
    """How many of a group have approved, counting nobody twice, and how many have to."""

    group: str
    given: int
    quorum: int


class Standing(msgspec.Struct, frozen=True):
    """How a request stands.

    Attributes:
        state: see above.
        counts: for each alternative those of its groups.
        ready_at: when the time lock is over, in microseconds since 1970; None before there is a quorum.
        expires_at: when the state ends by time alone: the time-out, or the end of the time to spend it.
        denied_by: who denied first; empty if nobody did.
    """

    state: State
    counts: tuple[tuple[Count, ...], ...]
    ready_at: int | None
    expires_at: int
    denied_by: str = ""

    @property
    def words(self) -> str:
        """The counts for people: `2 of 3 from release, 0 of 1 from security`."""
        return ", or ".join(
            ", ".join(f"{one.given} of {one.quorum} from {one.group}" for one in groups)
            for groups in self.counts
        )


def standing(request: Request, rules: Rules, received: Sequence[Received], at: int) -> Standing:
    """How a request stands, every signature verified.

    Args:
        request: what was asked.
        rules: by which it was asked.
        received: every vote, in any order.
        at: the time, in microseconds since 1970; later votes are not looked at.

    Raises:
        CheckFailedError: as `votes.ruling`; or one of the votes is none, as `votes.require_valid` tells.
    """
    rule = ruling(request, rules)
    for one in received:
        require_valid(request, rules, one.vote)
    known = sorted((one for one in received if one.at <= at), key=lambda one: one.at)
    return _standing(request, rule, known, at)


def _standing(request: Request, rule: Rule, known: Sequence[Received], at: int) -> Standing:
    closes = request.requested_at + rule.time_out * _SECOND
    approvals = [one for one in known if one.vote.decision == "approve" and one.at <= closes]
    quorum_at = _quorum_at(rule, approvals)
    ready_at = None if quorum_at is None else quorum_at + rule.time_lock * _SECOND
    expires_at = closes if ready_at is None else ready_at + rule.spend_within * _SECOND
    counts = _counts(rule, [one.vote.person for one in approvals])
    denial = next((one for one in known if one.vote.decision == "deny" and one.at <= expires_at), None)
    state: State
    if denial is not None:
        state = "denied"
    elif at > expires_at:
        state = "expired"
    elif ready_at is None:
        state = "waiting"
    else:
        state = "locked" if at < ready_at else "ready"
    return Standing(state, counts, ready_at, expires_at, "" if denial is None else denial.vote.person)


def _quorum_at(rule: Rule, approvals: Sequence[Received]) -> int | None:
    """When the first alternative was met, if one is."""
    people: list[str] = []
    for one in approvals:
        people.append(one.vote.person)
        if any(
            counting.is_met(alternative, people, together=rule.same_person_in_several_groups)
            for alternative in rule.alternatives
        ):
            return one.at
    return None


def _counts(rule: Rule, people: Sequence[str]) -> tuple[tuple[Count, ...], ...]:
    return tuple(
        tuple(
            Count(group.name, len(counted), group.quorum)
            for group, counted in zip(
                alternative.groups,
                counting.counted(alternative, people, together=rule.same_person_in_several_groups),
                strict=True,
            )
        )
        for alternative in rule.alternatives
    )
