"""What approvals mean, said once more and as simply as can be: every way to place people is tried.

It knows rules as plain values and time as whole seconds, and shares nothing with `sealwright.approval`.
"""

import itertools
from typing import NamedTuple

__all__ = ["Said", "Wanted", "enough", "state"]


class Wanted(NamedTuple):
    """A rule: alternatives of groups, each a quorum and its people; times in seconds."""

    alternatives: tuple[tuple[tuple[int, frozenset[str]], ...], ...]
    lock: int
    out: int
    within: int
    several: bool


class Said(NamedTuple):
    """What somebody said, so many seconds after the request."""

    person: str
    denies: bool
    at: int


def enough(wanted: Wanted, people: frozenset[str]) -> bool:
    """Whether some alternative is met: there is a way to put each person into one group, or none."""
    for groups in wanted.alternatives:
        if wanted.several:
            if all(len(people & members) >= quorum for quorum, members in groups):
                return True
            continue
        places = [[None, *(i for i, (_, members) in enumerate(groups) if one in members)] for one in people]
        for choice in itertools.product(*places):
            if all(choice.count(i) >= quorum for i, (quorum, _) in enumerate(groups)):
                return True
    return False


def state(wanted: Wanted, said: list[Said], now: int) -> str:
    """How a request stands, found by living through every second of it."""
    approved: set[str] = set()
    quorum_at = None
    for second in range(now + 1):
        if quorum_at is None and second > wanted.out:
            return "expired"
        if quorum_at is not None and second > quorum_at + wanted.lock + wanted.within:
            return "expired"
        for one in said:
            if one.at == second and not one.denies and second <= wanted.out:
                approved.add(one.person)
        if quorum_at is None and enough(wanted, frozenset(approved)):
            quorum_at = second
        if any(one.denies and one.at == second for one in said):
            return "denied"
    if quorum_at is None:
        return "waiting"
    return "locked" if now < quorum_at + wanted.lock else "ready"
