"""Documents that run: the `console` blocks of a Markdown page, in order, in one shell at one terminal.

    ```console notation
    $ openssl req -new -key ca.key -out ca.csr
    Enter pass phrase for ca.key:«secret»
    Common name [CA]:«»
    $ notation verify $IMAGE
    Error: …
    [exit 1]
    ```

After `$ ` stands a command; lines that start with `> ` continue it. Below it stand lines of its output that
must appear, in this order, others may stand between; `…` stands for anything within a line. What is in `«»`
is typed after the text before it has appeared, with Enter. A last line `[exit N]` names the exit code if it
is not 0. Words behind `console` name programs: the block is left out if one of them is not at hand.
"""

import os
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

__all__ = ["Command", "Expected", "FailedError", "Shell", "blocks", "run"]

SECONDS = 60
"""Longest time for one command; making a key of 4096 bits takes some."""

_BLOCK = re.compile(r"^```console([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TYPED = re.compile(r"(.*?)«(.*)»\s*")
_EXIT = re.compile(r"\[exit (\d+)\]")
_ENDED = re.compile(r"\x1e(\d+)\x1e\n")

_LOOP = r"""while IFS= read -r -d '' -u 3 line; do eval "$line"; printf '\036%d\036\n' $?; done"""
_AT_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.dup2(int(sys.argv[1]), 3)
os.execvp("bash", ["bash", "--noprofile", "--norc", "-c", sys.argv[2]])
"""


class FailedError(Exception):
    """A command did not do what the document says."""


class Expected(NamedTuple):
    """A piece of output, and what is typed after it (None: nothing)."""

    text: str
    typed: str | None

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(".*?".join(re.escape(part) for part in self.text.split("…")))


class Command(NamedTuple):
    """A command, its output and its exit code, as the document has them."""

    text: str
    expected: tuple[Expected, ...]
    status: int


def blocks(document: str) -> Iterator[tuple[frozenset[str], list[Command]]]:
    """The blocks of a document: the programs that each needs, and its commands."""
    for match in _BLOCK.finditer(document):
        yield frozenset(match[1].split()), _commands(match[2].splitlines())


def _commands(lines: list[str]) -> list[Command]:
    found: list[Command] = []
    for line in lines:
        if line.startswith("$ "):
            found.append(Command(line[2:], (), 0))
        elif line == ">" or line.startswith("> "):
            found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{line[2:]}")
        elif ended := _EXIT.fullmatch(line):
            found[-1] = found[-1]._replace(status=int(ended[1]))
        elif line and not line.startswith("# "):
            typed = _TYPED.fullmatch(line)
            piece = Expected(typed[1], typed[2]) if typed else Expected(line, None)
            found[-1] = found[-1]._replace(expected=(*found[-1].expected, piece))
    return found


class Shell:
    """bash with a terminal of its own, to which what is expected is typed.

    Args:
        folder: where it starts.
        environment: its variables.
        seconds: how long one command may take.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._terminal, inside = os.openpty()
        settings = termios.tcgetattr(inside)
        settings[3] &= ~termios.ECHO  # what is typed is not to be mistaken for output
        termios.tcsetattr(inside, termios.TCSANOW, settings)
        commands, self._commands = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _AT_TERMINAL, str(commands), _LOOP],
            cwd=folder,
            env=environment,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            pass_fds=[commands],
        )
        os.close(inside)
        os.close(commands)
        self._output = ""

    def run(self, command: Command) -> str:
        """Run a command and give its output.

        Raises:
            FailedError: something expected did not appear, the exit code is another, or it took too long.
        """
        os.write(self._commands, command.text.encode() + b"\0")
        self._output, seen = "", 0
        deadline = time.monotonic() + self._seconds
        for expected in command.expected:
            while not (found := expected.pattern.search(self._output, seen)):
                self._hear(command, f"did not say {expected.text!r}", deadline)
            seen = found.end()
            if expected.typed is not None:
                os.write(self._terminal, f"{expected.typed}\n".encode())
        while not (ended := _ENDED.search(self._output)):
            self._hear(command, "did not end", deadline)
        said = self._output[: ended.start()]
        if int(ended[1]) != command.status:
            raise self._failed(command, f"ended with {ended[1]}, not with {command.status}")
        return said

    def _hear(self, command: Command, problem: str, deadline: float) -> None:
        """Wait for more output; it is an error if none can come."""
        if _ENDED.search(self._output):
            raise self._failed(command, problem)
        ready, _, _ = select.select([self._terminal], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise self._failed(command, problem)
        try:
            heard = os.read(self._terminal, 65536)
        except OSError:  # the terminal is gone with the shell
            raise self._failed(command, "ended the shell") from None
        self._output += heard.decode(errors="replace").replace("\r", "")

    def _failed(self, command: Command, problem: str) -> FailedError:
        return FailedError(f"$ {command.text}\n{problem}; it said:\n{self._output}")

    def close(self) -> None:
        os.close(self._commands)
        os.close(self._terminal)  # hangs up on whoever still waits for an answer
        self._process.wait(10)


@contextmanager
def _opened(folder: Path, environment: Mapping[str, str], seconds: float) -> Iterator[Shell]:
    shell = Shell(folder, environment, seconds)
    try:
        yield shell
    finally:
        shell.close()


def run(
    document: str,
    folder: Path,
    environment: Mapping[str, str],
    programs: frozenset[str],
    seconds: float = SECONDS,
) -> list[str]:
    """Run a document and give what each of its commands said.

    Args:
        document: Markdown.
        folder: where the shell starts.
        environment: of the shell.
        programs: those at hand, of the programs that blocks may name.
        seconds: how long one command may take.

    Raises:
        FailedError: the document and the programs differ.
    """
    with _opened(folder, environment, seconds) as shell:
        return [
            shell.run(command)
            for needed, commands in blocks(document)
            if needed <= programs
            for command in commands
        ]
