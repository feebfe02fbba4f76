"""Progress on a terminal's standard error: one line, rewritten; elsewhere one line for each blob."""

import sys
import threading
import time

from sealwright.cli.messages import tell
from sealwright.events import BlobAdvanced, BlobFinished, BlobStarted, Event

__all__ = ["BlobProgress", "Counter"]

_REDRAW_SECONDS = 0.1
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_STEP = 1024
_HOW = {"moved": "copied", "mounted": "mounted from another repository", "present": "already there"}


class BlobProgress:
    """An event sink that shows how far each blob is. Called from several threads."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._sizes: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._drawn = 0.0
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Show an event."""
        with self._lock:
            if isinstance(event, BlobStarted):
                self._sizes[event.digest] = event.size
            elif isinstance(event, BlobAdvanced):
                self._done[event.digest] = event.done
                self._draw()
            elif isinstance(event, BlobFinished):
                self._finish(event)
            else:
                self._clear()
                tell(event)

    def _finish(self, event: BlobFinished) -> None:
        self._clear()
        self._done.pop(event.digest, None)
        size = _readable(self._sizes.get(event.digest, 0))
        print(f"{event.digest[:19]}  {size:>10}  {_HOW[event.how]}", file=sys.stderr)  # noqa: T201  # progress

    def _draw(self) -> None:
        now = time.monotonic()
        if not self._live or now - self._drawn < _REDRAW_SECONDS:
            return
        self._drawn = now
        parts = (
            f"{digest[7:15]} {100 * done // max(1, self._sizes.get(digest, 1))}%"
            for digest, done in self._done.items()
        )
        print(f"\r\x1b[K{'  '.join(parts)}", end="", file=sys.stderr, flush=True)  # noqa: T201  # progress

    def _clear(self) -> None:
        if self._live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201  # progress


class Counter:
    """`done of total` on one line of a terminal; silent elsewhere.

    Args:
        total: how many there are.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._live = total > 1 and sys.stderr.isatty()
        self._lock = threading.Lock()

    def step(self) -> None:
        """One more is done."""
        with self._lock:
            self._done += 1
            if self._live:
                end = "\n" if self._done == self._total else ""
                print(f"\r\x1b[K{self._done} of {self._total}", end=end, file=sys.stderr, flush=True)  # noqa: T201  # progress


def _readable(size: int) -> str:
    """A size in bytes, to three digits."""
    value = float(size)
    unit = 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value /= _STEP
        unit += 1
    return f"{size} B" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"
