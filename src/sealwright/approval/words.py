"""What is told while people are asked to approve a signature: whom it waits for, and how long still."""

from collections.abc import Iterator

from sealwright.events import ApprovalAwaited, Approvers

__all__ = ["groups_text", "left_text", "lines"]

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
