"""One run of a program that is not ours: within bounds of time and output, and with all that it started.

1. It runs in a process group of its own, without a shell, with our environment and folder.
2. It is fed and read until both its outputs have ended. Its end is waited for as well; what holds an output
   open after that gets `limits.PLUGIN_LINGER_SECONDS`.
3. At the end, good or bad, whatever is left of the group is killed.
4. A run that may have to ask a person gets the terminal, if we have one, and gives it back.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import msgspec

from sealwright import limits

__all__ = ["Ended", "EndlessError", "SlowError", "run"]

_PIECE = 64 * 1024
_LOOK_SECONDS = 0.05
"""How often a program is looked after that neither reads nor prints."""


class Ended(msgspec.Struct, frozen=True):
    """How a run ended: exit status (negative: the signal that killed it), output and messages."""

    status: int
    output: bytes
    messages: bytes


class SlowError(Exception):
    """It did not end in time."""


class EndlessError(Exception):
    """It printed more than is taken."""


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
    taken = {process.stdout: bytearray(), process.stderr: bytearray()}
    with selectors.DefaultSelector() as selector:
        for source in taken:
            selector.register(source, selectors.EVENT_READ)
        os.set_blocking(process.stdin.fileno(), False)
        selector.register(process.stdin, selectors.EVENT_WRITE, memoryview(content))
        has_ended = False
        while not has_ended or _reads(selector):
            if not has_ended and _is_over(process):
                has_ended, lingers = True, time.monotonic() + limits.PLUGIN_LINGER_SECONDS
                end = min(end, lingers)
            left = end - time.monotonic()
            if left <= 0:
                if has_ended:
                    break
                raise SlowError
            pause = left if has_ended else min(left, _LOOK_SECONDS)
            if not selector.get_map():
                time.sleep(min(left, _LOOK_SECONDS / 10))
                continue
            for key, _ in selector.select(pause):
                stream: IO[bytes] = key.fileobj  # type: ignore[assignment]  # only streams are registered
                if key.data is None:
                    _take(selector, stream, taken[stream])
                else:
                    _feed(selector, stream, key.data)
    return bytes(taken[process.stdout]), bytes(taken[process.stderr])


def _reads(selector: selectors.BaseSelector) -> bool:
    """Whether an output is still open."""
    return any(key.data is None for key in selector.get_map().values())


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    """Whether a program has ended. Its number stays its own until it is waited for."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _take(selector: selectors.BaseSelector, stream: IO[bytes], into: bytearray) -> None:
    piece = os.read(stream.fileno(), _PIECE)
    into += piece
    if len(into) > limits.PLUGIN_OUTPUT_BYTES:
        raise EndlessError
    if not piece:
        selector.unregister(stream)


def _feed(selector: selectors.BaseSelector, stream: IO[bytes], content: memoryview) -> None:
    """Write a piece; a program that does not want more may close its end."""
    try:
        written = os.write(stream.fileno(), content[:_PIECE]) if content else 0
    except BrokenPipeError:
        written = len(content)
    if written < len(content):
        selector.modify(stream, selectors.EVENT_WRITE, content[written:])
    else:
        selector.unregister(stream)
        stream.close()


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
