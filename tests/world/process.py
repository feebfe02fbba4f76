"""A server of others, in a process of its own."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from world.served import Stoppable

__all__ = ["Process"]


class Process(Stoppable):
    """A program that runs until it is told to stop.

    Args:
        command: the program and its arguments.
        output: a file that gets what it prints.
        ready: whether it answers; asked until it does.
        user: to run it as, where we may choose.
        stop_signal: what ends it.
    """

    def __init__(
        self,
        command: Sequence[str],
        output: Path,
        ready: Callable[[], bool],
        user: str | None = None,
        stop_signal: int = 15,
    ) -> None:
        self._output = output.open("ab")
        self._stop_signal = stop_signal
        self._process = subprocess.Popen(command, stdout=self._output, stderr=self._output, user=user)
        try:
            self._wait(ready, output)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def _wait(self, ready: Callable[[], bool], output: Path) -> None:
        until = time.monotonic() + 20
        while self._process.poll() is None and time.monotonic() < until:
            if ready():
                return
            time.sleep(0.02)
        raise TimeoutError(output.read_text(errors="replace"))

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End it as a crash would, or by another signal."""
        self._process.send_signal(number)
        self._process.wait(60)
        self._output.close()

    def stop(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.send_signal(self._stop_signal)
            self._process.wait(60)
        self._output.close()
