"""Errors and notices as lines on standard error: what, which code, what next."""

import sys
from collections.abc import Iterator

from sealwright import reasons
from sealwright.cli.plain import plain
from sealwright.errors import DocumentError, SealwrightError
from sealwright.events import ApprovalAwaited, Event, Notice

__all__ = ["complain", "lines", "tell"]

_asked: set[str] = set()
"""Requests for approval that the user knows of."""


def lines(error: SealwrightError) -> Iterator[str]:
    """An error as text: for each problem its sentence with the reason code, then a hint."""
    problems = (error, *error.others) if isinstance(error, DocumentError) else (error,)
    for problem in problems:
        yield plain(f"error: {problem} [{problem.code}]")
        yield from (plain(f"note: {note}") for note in getattr(problem, "__notes__", ()))
        if problem.hint:
            yield plain(f"hint: {problem.hint}")


def complain(error: SealwrightError) -> None:
    """Print an error on standard error."""
    for line in lines(error):
        print(line, file=sys.stderr)  # noqa: T201  # the user's terminal


def tell(event: Event) -> None:
    """An event sink that prints notices as warnings and what is waited for, and drops progress."""
    if isinstance(event, ApprovalAwaited):
        from sealwright.approval import words  # noqa: PLC0415  # few keys make anybody wait

        for line in words.lines(event, first=event.request not in _asked):
            print(plain(line), file=sys.stderr)  # noqa: T201  # the user's terminal
        _asked.add(event.request)
    if isinstance(event, Notice):
        print(plain(f"warning: {reasons.sentence(event.code, event.data)} [{event.code}]"), file=sys.stderr)  # noqa: T201  # the same
        hint = reasons.hint(event.code, event.data)
        if hint:
            print(plain(f"hint: {hint}"), file=sys.stderr)  # noqa: T201  # the same
