"""Deadlines: how long one call may take in all, whatever it waits for."""

import math
import time
from typing import Self

__all__ = ["Deadline"]


class Deadline:
    """A moment on the monotonic clock after which a call gives up.

    Args:
        seconds: from now; None for no end.
        silence: the longest single wait for a peer, in seconds, where that is less than the usual one.
    """

    __slots__ = ("_at", "_silence")

    def __init__(self, seconds: float | None, silence: float = math.inf) -> None:
        self._at = math.inf if seconds is None else time.monotonic() + seconds
        self._silence = silence

    def left(self) -> float:
        """Seconds left; 0.0 once it has passed, infinity if it never does."""
        return max(0.0, self._at - time.monotonic())

    def timeout(self, longest: float) -> float:
        """Seconds that one wait may take.

        Args:
            longest: the most for this wait, in seconds.

        Raises:
            TimeoutError: nothing is left.
        """
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline of the call has passed")
        return min(left, longest, self._silence)

    def within(self, seconds: float) -> Self:
        """The earlier of this deadline and one `seconds` from now."""
        return type(self)(min(seconds, self.left()), self._silence)
