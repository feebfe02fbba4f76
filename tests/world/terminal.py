"""A program at a terminal of its own, with somebody who reads its questions and types the answers."""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence

__all__ = ["at_terminal"]

_OWN_TERMINAL = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests in the background ignores it
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
_SECONDS = 20


def at_terminal(
    command: Sequence[str], environment: Mapping[str, str], *talk: tuple[str, str]
) -> tuple[int, str]:
    """Run a program at a terminal; gives its exit code and everything that the terminal showed.

    Args:
        command: the program and its arguments.
        environment: all of its variables.
        talk: in this order, what is waited for, and what is then typed (with Return).
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _OWN_TERMINAL, *command],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=dict(environment),
        start_new_session=True,
    )
    os.close(theirs)
    shown = ""
    try:
        for question, answer in talk:
            before = len(shown)
            while question not in shown[before:]:
                piece = _read(ours)
                assert piece, f"it ended before it asked {question!r}: {shown}"
                shown += piece
            os.write(ours, f"{answer}\n".encode())
        while piece := _read(ours):
            shown += piece
        return process.wait(_SECONDS), shown
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read(terminal: int) -> str:
    """What is shown next; empty once the program has ended."""
    if not select.select([terminal], [], [], _SECONDS)[0]:
        raise TimeoutError
    try:
        return os.read(terminal, 4096).decode()
    except OSError:  # the other side is closed
        return ""
