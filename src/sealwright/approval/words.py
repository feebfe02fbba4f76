"""Rules, and how requests stand, in the words of people. Names in them are as somebody wrote them."""

from collections.abc import Iterator

from sealwright.approval.records import OPERATIONS, Alternative, Rule, Rules
from sealwright.events import ApprovalAwaited, Approvers

__all__ = ["groups_text", "left_text", "lines", "rule_lines", "rules_lines"]

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))
_AT_LEAST = 2
"""Of a unit there are this many before it is used: 90 seconds are not a minute."""


def lines(event: ApprovalAwaited, *, first: bool = True) -> Iterator[str]:
    """An event as lines for people; names in it are as the service told them.

    Args:
        event: how the request stands.
        first: whether the request has not been told of yet.
    """
    if first:
        yield f"people have to approve the use of {event.key}: request {event.request}"
        if event.resumable:
            yield f"after an interruption go on with: seal sign --resume {event.request}"
    if event.state == "ready":
        yield "approved"
    elif event.state == "locked":
        yield f"approved; the time lock ends in {left_text(event.seconds)}, until then anybody may still deny"
    else:
        yield f"{groups_text(event.alternatives)}, {left_text(event.seconds)} left"


def groups_text(alternatives: tuple[tuple[Approvers, ...], ...]) -> str:
    """How many of how many have approved, group by group: `2 of 3 from release, 0 of 1 from security`.

    Args:
        alternatives: one is enough.
    """
    return ", or ".join(
        ", ".join(f"{one.given} of {one.quorum} from {one.group}" for one in groups)
        for groups in alternatives
    )


def left_text(seconds: int) -> str:
    """A time in the largest unit that still tells it well: `14 minutes`, `1 second`."""
    for size, unit in _UNITS:
        if seconds >= _AT_LEAST * size:
            return f"{seconds // size} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def rules_lines(rules: Rules) -> Iterator[str]:
    """What each operation of a key needs, and by which keys people speak."""
    for operation in OPERATIONS:
        rule = rules.rule(operation)
        if rule is None:
            yield f"{operation}: needs no approval"
        else:
            yield from rule_lines(operation, rule)
    for approver in rules.people:
        for key in approver.keys:
            yield f"{approver.person}: {key.kind} {key.fingerprint}"


def rule_lines(operation: str, rule: Rule) -> Iterator[str]:
    """What one operation needs.

    Args:
        operation: its name.
        rule: about it.
    """
    first, *others = map(_alternative, rule.alternatives)
    yield f"{operation}: {first}"
    for other in others:
        yield f"{'':>{len(operation)}}  or {other}"
    times = [f"within {left_text(rule.time_out)}"]
    if rule.time_lock:
        times.append(f"then a time lock of {left_text(rule.time_lock)}")
    times.append(f"then to be used within {left_text(rule.spend_within)}")
    yield f"{'':>{len(operation)}}  {', '.join(times)}"
    if rule.same_person_in_several_groups:
        yield f"{'':>{len(operation)}}  one person counts in each of their groups"


def _alternative(alternative: Alternative) -> str:
    return ", and ".join(
        f"{group.quorum} from {group.name} ({', '.join(group.people)})" for group in alternative.groups
    )
