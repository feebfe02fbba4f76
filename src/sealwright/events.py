"""What a running workflow tells whoever watches: notices and progress, as values, never as text."""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

__all__ = [
    "BlobAdvanced",
    "BlobFinished",
    "BlobOutcome",
    "BlobStarted",
    "Event",
    "EventSink",
    "Notice",
    "ignore",
]


BlobOutcome = Literal["moved", "mounted", "present"]
"""How a blob came to its place: sent, taken over from another repository there, or there already."""


class Event(msgspec.Struct, frozen=True, tag=True):
    """Something worth telling while the work goes on."""


class Notice(Event, frozen=True):
    """A warning. `code` is a reason code and `data` what its sentence names."""

    code: str
    data: Mapping[str, object] = {}


class BlobStarted(Event, frozen=True):
    """A blob of `size` bytes is about to be moved."""

    digest: str
    size: int
    title: str


class BlobAdvanced(Event, frozen=True):
    """`done` bytes of the blob have been moved so far."""

    digest: str
    done: int


class BlobFinished(Event, frozen=True):
    """The blob is where it should be; `how` tells how it came there."""

    digest: str
    how: BlobOutcome


EventSink = Callable[[Event], None]
"""Takes events as they happen. May be called from several threads; must not raise."""


def ignore(event: Event) -> None:
    """An event sink that drops everything.

    Args:
        event: dropped.
    """
    del event
