"""An image that was opened before the command that will ask for it was loaded (see `head_start`)."""

from contextlib import ExitStack
from threading import Lock

from sealwright.events import Event, EventSink
from sealwright.repositories.locating import Location
from sealwright.workflow.context import Place

__all__ = ["Begun", "Notices", "keep", "taken"]


class Notices:
    """Keeps events until somebody takes them, and passes them on from then on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: list[Event] = []
        self._sink: EventSink | None = None

    def __call__(self, event: Event) -> None:
        """Keep an event, or pass it on."""
        with self._lock:
            sink = self._sink
            if sink is None:
                self._kept.append(event)
        if sink is not None:
            sink(event)

    def pass_on(self, sink: EventSink) -> None:
        """Give what was kept to a sink, and all that follows."""
        with self._lock:
            self._sink, kept = sink, self._kept
        for event in kept:
            sink(event)


class Begun(ExitStack):
    """The place of an image that was opened. It ends what belongs to it, such as connections.

    Args:
        location: of the image, as the command will read it from the same text.
        place: opened.
        notices: what is to be told of it.
    """

    def __init__(self, location: Location, place: Place, notices: Notices) -> None:
        super().__init__()
        self.location = location
        self.place = place
        self.notices = notices


_lock = Lock()
_kept: list[Begun] = []


def keep(begun: Begun) -> None:
    """Keep it for the command."""
    with _lock:
        _kept.append(begun)


def taken(location: Location) -> Begun | None:
    """What was begun for a location, once; whoever takes it ends it. None: nothing was."""
    with _lock:
        for begun in _kept:
            if begun.location == location:
                _kept.remove(begun)
                return begun
    return None
