"""Runs of the program gpg: with bounds on time and output, and its status lines on a pipe of their own."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import IO

import msgspec

from sealwright import limits
from sealwright.errors import EnvironmentalError, KeyUnavailableError
from sealwright.homes.environment import Environment
from sealwright.transport.pipes import EndlessError, Pipes

__all__ = ["Ran", "find", "run", "said"]

_NAMES = ("gpg", "gpg2")


class Ran(msgspec.Struct, frozen=True):
    """What a run left: its exit status (never to be believed), status lines, output and messages."""

    code: int
    status: bytes
    output: bytes
    messages: bytes


def find(environment: Environment) -> str:
    """The path of gpg.

    Raises:
        KeyUnavailableError: `key.gpg-missing`.
    """
    path = environment.get("PATH") or os.defpath
    for name in _NAMES:
        found = shutil.which(name, path=path)
        if found is not None:
            return found
    raise KeyUnavailableError("key.gpg-missing")


def run(
    environment: Environment,
    arguments: Sequence[str],
    *,
    content: bytes = b"",
    passphrase: bytes | None = None,
    seconds: float = limits.GPG_SECONDS,
) -> Ran:
    """Run gpg once, to its end.

    Args:
        environment: PATH, and what the program gets; messages are always in English.
        arguments: but `--status-fd` and `--passphrase-fd`, which are added.
        content: its standard input.
        passphrase: what it reads from `--passphrase-fd`.
        seconds: how long it may take.

    Raises:
        KeyUnavailableError: `key.gpg-missing`; `key.gpg-failed`: it cannot be started, or prints without end.
        EnvironmentalError: `key.gpg-slow`.
    """
    program = find(environment)
    status, status_end = os.pipe()
    ends = [status_end]
    command = [program, "--status-fd", str(status_end)]
    secret = -1
    if passphrase is not None:
        secret_end, secret = os.pipe()
        ends.append(secret_end)
        command += ["--passphrase-fd", str(secret_end)]
    try:
        process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_variables(environment.variables),
            pass_fds=ends,
            start_new_session=True,
        )
    except OSError as error:
        for descriptor in (status, *([] if secret < 0 else [secret])):
            os.close(descriptor)
        raise KeyUnavailableError("key.gpg-failed", problem=error.strerror or str(error)) from None
    finally:
        for end in ends:
            os.close(end)
    with process, ExitStack() as opened:
        status_file = opened.enter_context(os.fdopen(status, "rb", 0))
        feeds = [(_input(process), content)]
        if passphrase is not None:
            feeds.append((opened.enter_context(os.fdopen(secret, "wb", 0)), passphrase + b"\n"))
        try:
            return _attended(process, status_file, feeds, seconds)
        finally:
            _end(process)


def said(ran: Ran) -> str:
    """The last of what gpg said, in one line that can be shown."""
    told = [line for line in ran.messages.decode(errors="replace").splitlines() if line.strip()]
    kept = [line.removeprefix("gpg: ") for line in told if "faked system time" not in line]
    ended = f"it was killed by signal {-ran.code}" if ran.code < 0 else f"it ended with status {ran.code}"
    text = "; ".join(dict.fromkeys(kept[-3:]))[: limits.GPG_SAID] or f"{ended} and said nothing"
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Its environment: English, and the terminal for pinentry."""
    changed = {name: value for name, value in variables.items() if name not in ("LANGUAGE", "LC_MESSAGES")}
    changed["LC_ALL"] = "C"
    if not changed.get("GPG_TTY"):
        terminal = next((os.ttyname(descriptor) for descriptor in (0, 1, 2) if os.isatty(descriptor)), None)
        if terminal is not None:
            changed["GPG_TTY"] = terminal
    return changed


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None  # noqa: S101  # a pipe was asked for
    return process.stdin


def _attended(
    process: subprocess.Popen[bytes], status: IO[bytes], feeds: list[tuple[IO[bytes], bytes]], seconds: float
) -> Ran:
    """Feed and read until all pipes have ended."""
    assert process.stdout is not None  # noqa: S101  # a pipe was asked for
    assert process.stderr is not None  # noqa: S101  # as above
    end = time.monotonic() + seconds
    with Pipes(limits.GPG_OUTPUT_BYTES) as pipes:
        for source in (process.stdout, process.stderr, status):
            pipes.read(source)
        for feed, content in feeds:
            pipes.feed(feed, content)
        while pipes.are_open:
            left = end - time.monotonic()
            try:
                served = left > 0 and pipes.serve(left)
            except EndlessError:
                problem = f"it printed over {limits.GPG_OUTPUT_BYTES} bytes"
                raise KeyUnavailableError("key.gpg-failed", problem=problem) from None
            if not served:
                raise EnvironmentalError("key.gpg-slow", seconds=f"{seconds:g}")
    try:
        code = process.wait(max(0.1, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise EnvironmentalError("key.gpg-slow", seconds=f"{seconds:g}") from None
    return Ran(code, pipes.taken(status), pipes.taken(process.stdout), pipes.taken(process.stderr))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a program that was given up, and all that it has started.

    It may have ended itself; its number is not given to another before it is waited for.
    """
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
