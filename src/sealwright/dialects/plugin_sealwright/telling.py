"""Telling people what the plugin waits for, although whoever runs it keeps its standard error to itself.

notation reads all of a plugin's standard error as one JSON error if the plugin fails, and drops it if it
does not. So nothing may be written there before the end. What is told goes to these, where they are there:

1. the standard error of the program that runs us, where that is a terminal, a pipe, or a file that is
   appended to, and no pipe to ourselves: in the middle of another file it would overwrite, and be overwritten
2. else the controlling terminal
3. the file that the setting `approval_log` of the plugin names, or the variable `SEALWRIGHT_APPROVAL_LOG`

Linux tells in `/proc` what a program's standard error is; elsewhere the first place is not there.
"""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sealwright.approval import words
from sealwright.events import ApprovalAwaited, Event

__all__ = ["VARIABLE", "Telling"]

VARIABLE = "SEALWRIGHT_APPROVAL_LOG"

_PRIVATE = 0o600
_STANDARD_ERROR = 2


class Telling:
    """Takes events, and tells people of those that they have to know.

    Args:
        log: a file to tell it in, too; empty: none.
    """

    def __init__(self, log: str) -> None:
        self._log = log
        self._asked = False

    def __call__(self, event: Event) -> None:
        """Tell of an event; a place that cannot be written to is passed over."""
        if not isinstance(event, ApprovalAwaited):
            return
        text = "".join(f"sealwright: {_plain(line)}\n" for line in words.lines(event, first=not self._asked))
        self._asked = True
        if not _written(f"/proc/{os.getppid()}/fd/{_STANDARD_ERROR}", text, _is_theirs):
            _written("/dev/tty", text, _is_any)
        if self._log:
            _written(self._log, text, _is_any)


def _written(path: str, text: str, fits: Callable[[int], bool]) -> bool:
    """Append to what a path names, if it fits; tells whether that went well."""
    with suppress(OSError):
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
        place = os.open(path, flags, _PRIVATE)
        try:
            return fits(place) and os.write(place, text.encode()) > 0
        finally:
            os.close(place)
    return False


def _plain(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _is_any(place: int) -> bool:
    return place >= 0


def _is_theirs(place: int) -> bool:
    """Whether a standard error of another program is one to which lines can be added."""
    theirs, ours = os.fstat(place), os.fstat(_STANDARD_ERROR)
    if (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino) and not os.isatty(_STANDARD_ERROR):
        return False
    if os.isatty(place) or stat.S_ISFIFO(theirs.st_mode):
        return True
    told = Path(f"/proc/{os.getppid()}/fdinfo/{_STANDARD_ERROR}").read_text()
    flags = next((line.split()[1] for line in told.splitlines() if line.startswith("flags:")), "0")
    return bool(int(flags, 8) & os.O_APPEND)
