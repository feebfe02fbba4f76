"""Layouts that a run reads for many images, each opened once.

What is read of a layout (the table of an archive, the manifests, who refers to whom) is then read once for
the run, not once for each image in it. Only for runs that write nothing there.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from threading import Lock
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.events import EventSink, ignore
from sealwright.interfaces import Repository
from sealwright.repositories.locating import LAYOUTS, Location, opened

if TYPE_CHECKING:
    from sealwright.repositories.layout_snapshot import LayoutSnapshot
    from sealwright.repositories.registry import RegistryClient

__all__ = ["KeptOpen"]


class KeptOpen(ExitStack):
    """Opens repositories as `locating.opened` does, and keeps layouts open until it ends itself.

    The first `limits.LAYOUTS_KEPT_OPEN` layouts are kept; further ones are opened each time. Safe to use from
    several threads.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._kept: dict[tuple[str, str], Repository] = {}

    def __call__(
        self,
        location: Location,
        client: "Callable[[], RegistryClient]",
        *,
        write: bool = False,
        events: EventSink = ignore,
    ) -> AbstractContextManager[Repository]:
        """The repository of a location, for as long as the block runs.

        Args:
            location: from `locate`.
            client: gives the client of registries.
            write: whether something will be written there; it is then opened anew.
            events: takes notices; of a layout that is kept, those of whoever opened it first.

        Raises:
            StorageError: `layout.not-a-layout` and others.
        """
        if write or location.transport not in LAYOUTS:
            return opened(location, client, write=write, events=events)
        key = (location.transport, location.path)
        with self._lock:
            if key not in self._kept:
                if len(self._kept) >= limits.LAYOUTS_KEPT_OPEN:
                    return opened(location, client, events=events)
                self._kept[key] = self.enter_context(_snapshot(location, events))
            return nullcontext(self._kept[key])


def _snapshot(location: Location, events: EventSink) -> "LayoutSnapshot":
    from sealwright.repositories.layout_archive import LayoutArchive  # noqa: PLC0415  # registries need none
    from sealwright.repositories.layout_directory import LayoutDirectory  # noqa: PLC0415  # as above
    from sealwright.repositories.layout_snapshot import LayoutSnapshot  # noqa: PLC0415  # as above

    storage = LayoutDirectory if location.transport == "oci" else LayoutArchive
    return LayoutSnapshot(storage(location.path), events)
