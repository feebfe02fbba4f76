"""Trying an image again when only the network or its registry stood in the way.

A single request is tried again by the transport (429, 502 to 504, a dropped connection). What it cannot
mend, a stall, an answer that breaks off, a registry that recovers only after a while, is mended here: the
whole image is asked about again, after a wait that grows.

1. Tried again is what was not reached in time, lost, cut short or answered by a failing server. Nothing else:
   a host that is not there, or refuses connections, is told at once.
2. The time of the whole run is obeyed.
3. Once `limits.BULK_GIVEN_UP` images of one registry in a row had to be given up, others there get one try
   each, until one succeeds: a registry that is down must not cost the patience of every single image.
"""

import time
from collections.abc import Callable, Iterable
from threading import Event, Lock
from typing import TypeVar

from sealwright import limits
from sealwright.verdict import Verdict
from sealwright.workflow.outcome import Failure, Outcome

__all__ = ["Patience", "passing"]

Result = TypeVar("Result")

_PASSING = frozenset(
    {
        "network.body-cut-short",
        "network.connection-lost",
        "network.timed-out",
        "registry.failed",
        "registry.token-service-failed",
        "registry.too-many-requests",
    }
)


def passing(outcome: Outcome) -> bool:
    """Whether asking again soon may say something else."""
    if outcome.verdict is not None:
        return outcome.verdict.retryable and any(code in _PASSING for code in _missing(outcome.verdict))
    return is_passing(outcome.failure)


def is_passing(failure: Failure | None) -> bool:
    """Whether a failure may be over soon."""
    return failure is not None and failure.retryable and failure.code in _PASSING


def _missing(verdict: Verdict) -> Iterable[str]:
    """Why something could not be fetched."""
    for one in (verdict, *verdict.platforms):
        yield from (unreadable.reason for unreadable in one.unreadable if unreadable.retryable)


class Patience:
    """How often images are tried again. Safe to use from several threads.

    Args:
        retries: how often after the first try.
        seconds: of the whole run, from now; None: no end.
    """

    def __init__(self, retries: int, seconds: float | None = None) -> None:
        self._retries = retries
        self._until = None if seconds is None else time.monotonic() + seconds
        self._stopped = Event()
        self._lock = Lock()
        self._given_up: dict[str, int] = {}

    def stop(self) -> None:
        """Wait no longer: whoever waits goes on with what it has."""
        self._stopped.set()

    def __call__(self, registry: str, ask: Callable[[], Result], passing: Callable[[Result], bool]) -> Result:
        """What `ask` says in the end.

        Args:
            registry: whose patience it is.
            ask: called once or more often.
            passing: whether an answer is worth another try.
        """
        with self._lock:
            tired = self._given_up.get(registry, 0) >= limits.BULK_GIVEN_UP
        result = ask()
        backoff = None
        for _ in range(0 if tired else self._retries):
            if not passing(result):
                break
            if backoff is None:
                from sealwright.transport.retries import Backoff, RetryPolicy  # noqa: PLC0415  # seldom needed

                backoff = Backoff(RetryPolicy())
            if self._is_over(backoff.next()):
                break
            result = ask()
        with self._lock:
            if passing(result):
                self._given_up[registry] = self._given_up.get(registry, 0) + 1
            else:
                self._given_up.pop(registry, None)
        return result

    def _is_over(self, pause: float) -> bool:
        """Wait; true if there is no time left for it."""
        if self._until is not None and time.monotonic() + pause >= self._until:
            return True
        return self._stopped.wait(pause)
