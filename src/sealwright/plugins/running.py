"""One run of a program that is not ours: within bounds of time and output, and with all that it started.

1. It runs in a process group of its own, without a shell, with our environment and folder.
2. It is fed and read until both its outputs have ended. Its end is waited for as well; what holds an output
   open after that gets `limits.PLUGIN_LINGER_SECONDS`.
3. At the end, good or bad, whatever is left of the group is killed.
4. A run that may have to ask a person gets the terminal, if we have one, and gives it back.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.transport.pipes import EndlessError, Pipes

__all__ = ["Ended", "EndlessError", "SlowError", "run"]

_LOOK_SECONDS = 0.05
"""How often a program is looked after that neither reads nor prints."""


class Ended(msgspec.Struct, frozen=True):
    """How a run ended: exit status (negative: the signal that killed it), output and messages."""

    status: int
    output: bytes
    messages: bytes


class SlowError(Exception):
    """It did not end in time."""


def run(
    program: Path,
    argument: str,
    content: bytes,
    variables: Mapping[str, str],
    seconds: float,
    *,
    may_ask: bool = False,
) -> Ended:
    """Run a program with one argument.

    Args:
        program: its path.
        argument: the only one.
        content: its standard input.
        variables: its environment.
        seconds: how long it may take.
        may_ask: it may have to ask a person: it gets the terminal.

    Raises:
        OSError: it cannot be started.
        SlowError: it was killed, for its time was over.
        EndlessError: it was killed, for it printed more than `limits.PLUGIN_OUTPUT_BYTES`.
    """
    process = subprocess.Popen(
        [program, argument],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(variables),
        process_group=0,
    )
    with process:
        try:
            with _terminal(process) if may_ask else contextlib.nullcontext():
                output, messages = _attended(process, content, time.monotonic() + seconds)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # only the dead are left
                os.killpg(process.pid, signal.SIGKILL)
        return Ended(process.wait(), output, messages)


def _attended(process: subprocess.Popen[bytes], content: bytes, end: float) -> tuple[bytes, bytes]:
    """Feed and read until the program and its outputs have ended."""
    assert process.stdin is not None  # noqa: S101  # a pipe was asked for
    assert process.stdout is not None  # noqa: S101  # as above
    assert process.stderr is not None  # noqa: S101  # as above
    with Pipes(limits.PLUGIN_OUTPUT_BYTES) as pipes:
        pipes.read(process.stdout)
        pipes.read(process.stderr)
        pipes.feed(process.stdin, content)
        has_ended = False
        while not has_ended or pipes.are_read:
            if not has_ended and _is_over(process):
                has_ended, lingers = True, time.monotonic() + limits.PLUGIN_LINGER_SECONDS
                end = min(end, lingers)
            left = end - time.monotonic()
            if left <= 0:
                if has_ended:
                    break
                raise SlowError
            if pipes.are_open:
                pipes.serve(left if has_ended else min(left, _LOOK_SECONDS))
            else:
                time.sleep(min(left, _LOOK_SECONDS / 10))
        return pipes.taken(process.stdout), pipes.taken(process.stderr)


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    """Whether a program has ended. Its number stays its own until it is waited for."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


@contextlib.contextmanager
def _terminal(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let the group of a program be the one that reads from our terminal, if it is ours to give."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
    except OSError:  # there is none
        yield
        return
    own = os.getpgrp()
    try:
        if os.tcgetpgrp(terminal) != own:
            yield
            return
        _hand_over(terminal, process.pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGCONT)  # it may have been stopped for reading too early
        try:
            yield
        finally:
            _hand_over(terminal, own)
    finally:
        os.close(terminal)


def _hand_over(terminal: int, group: int) -> None:
    """Make a group the one that reads. Who is not that group itself may do so only with SIGTTOU held back."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, group)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
