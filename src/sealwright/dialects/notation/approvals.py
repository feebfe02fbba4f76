"""Keys that people have to approve: what is waited for is told as a line on standard error."""

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.notation.shown import shown
from sealwright.events import ApprovalAwaited, Event, EventSink, ignore

__all__ = ["telling"]


def telling(invocation: Invocation, others: EventSink = ignore) -> EventSink:
    """An event sink that tells what is waited for.

    Args:
        invocation: the command.
        others: takes all other events.
    """
    asked: set[str] = set()

    def tell(event: Event) -> None:
        if not isinstance(event, ApprovalAwaited):
            others(event)
            return
        from sealwright.approval import words  # noqa: PLC0415  # few keys make anybody wait

        for line in words.lines(event, first=event.request not in asked):
            invocation.warn(shown(line))
        invocation.err.flush()
        asked.add(event.request)

    return tell
