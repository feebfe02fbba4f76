"""Progress on a terminal's standard error: one line, rewritten; elsewhere one line for each blob."""

import sys
import threading
import time
from collections.abc import Callable, Sequence

from sealwright.cli.messages import tell
from sealwright.events import BlobAdvanced, BlobFinished, BlobStarted, Event

__all__ = ["Bar", "BlobProgress"]

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


class Bar:
    """How far a run over many images is: one line on a terminal's standard error; silent elsewhere.

    Everything else that is printed while the run goes on is printed through `above` or `tell`, so that the
    line is out of the way. Safe to use from several threads.

    Args:
        words: the counts that are shown, in this order; `step` is given one of them.
        quiet: show nothing.
    """

    def __init__(self, words: Sequence[str], *, quiet: bool = False) -> None:
        self._live = not quiet and sys.stderr.isatty()
        self._counts = dict.fromkeys(words, 0)
        self._total: int | None = None
        self._begun = time.monotonic()
        self._drawn = 0.0
        self._lock = threading.Lock()
        self._open = True

    def expect(self, total: int) -> None:
        """Tell how many there are, once that is known."""
        self._total = total

    def step(self, word: str) -> None:
        """One more is done, and how it ended."""
        with self._lock:
            self._counts[word] += 1
            self._draw()

    def above(self, show: Callable[[], None]) -> None:
        """Print something else."""
        with self._lock:
            self._clear()
            show()

    def tell(self, event: Event) -> None:
        """An event sink; what comes after the end is dropped."""
        with self._lock:
            if self._open:
                self._clear()
                tell(event)

    def close(self) -> None:
        """Take the line away; nothing is shown any more."""
        with self._lock:
            self._clear()
            self._live = self._open = False

    def _draw(self) -> None:
        now = time.monotonic()
        if not self._live or now - self._drawn < _REDRAW_SECONDS:
            return
        self._drawn = now
        print(f"\r\x1b[K{self._line(now - self._begun)}", end="", file=sys.stderr, flush=True)  # noqa: T201  # progress

    def _line(self, seconds: float) -> str:
        done = sum(self._counts.values())
        rate = done / max(seconds, _REDRAW_SECONDS)
        parts = [
            f"{done} of {self._total or '?'}",
            *(f"{count} {word}" for word, count in self._counts.items() if count),
            f"{rate:.0f}/s" if rate >= 1 else f"{rate:.2f}/s",
        ]
        if self._total is not None and rate:
            parts.append(f"{_clock((self._total - done) / rate)} left")
        return "  ".join(parts)

    def _clear(self) -> None:
        if self._live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201  # progress


def _clock(seconds: float) -> str:
    """A stretch of time as `h:mm:ss` or `m:ss`."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _readable(size: int) -> str:
    """A size in bytes, to three digits."""
    value = float(size)
    unit = 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value /= _STEP
        unit += 1
    return f"{size} B" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"
