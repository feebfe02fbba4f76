"""Ending a run from outside: SIGINT and SIGTERM end it between two results, so that all output is whole."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Stop", "StoppedError", "stoppable"]

_NUMBERS = (signal.SIGINT, signal.SIGTERM)
_SHELL = 128
"""What shells add to the number of a signal that ended a program."""


class StoppedError(Exception):
    """The run was ended from outside. Raised where its next result was wanted."""


class Stop:
    """Whether a signal came. `number` is its number, 0 before."""

    def __init__(self) -> None:
        self.number = 0

    @property
    def exit_code(self) -> int:
        """The exit code of a program that a signal ended."""
        return _SHELL + self.number


@contextmanager
def stoppable(stop: Callable[[], None]) -> Iterator[Stop]:
    """Handle SIGINT and SIGTERM for as long as the block runs; a second one does what it always does.

    Args:
        stop: ends the run; called inside a signal handler.
    """
    state = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield state
        return
    before = {number: signal.getsignal(number) for number in _NUMBERS}

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        state.number = number
        restore()
        stop()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in _NUMBERS:
        signal.signal(number, handle)
    try:
        yield state
    finally:
        restore()
