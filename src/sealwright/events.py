"""What a running workflow tells whoever watches: notices and progress, as values, never as text."""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

__all__ = [
    "ApprovalAwaited",
    "Approvers",
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


class Approvers(msgspec.Struct, frozen=True):
    """A group of people, how many of them must approve, and how many have."""

    group: str
    given: int
    quorum: int


class ApprovalAwaited(Event, frozen=True):
    """A key signs only when people have approved; told when they were asked, and whenever that stands anew.

    Attributes:
        request: its identifier, by which it can be gone on with.
        key: as it was called.
        state: `waiting` for approvals, `locked` by the time lock, `ready`.
        alternatives: the groups of each; one alternative is enough.
        seconds: left until it is too late; of the time lock while it is `locked`.
        resumable: whether what is to be signed was saved.
    """

    request: str
    key: str
    state: Literal["waiting", "locked", "ready"]
    alternatives: tuple[tuple[Approvers, ...], ...]
    seconds: int
    resumable: bool = False


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
