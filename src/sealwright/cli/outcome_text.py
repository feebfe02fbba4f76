"""The outcomes of a run as text for people: a report on each as it comes, and a summary.

1. Up to `limits.BULK_SUMMARY_ROWS` images each has its full report, and the summary names all of them.
2. Beyond, accepted images have one line, and the summary names only those that were not accepted.
3. When quiet, accepted images have no line at all, and the summary names the others.
4. A single image has no summary, and its failure is told like any error.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

import click

from sealwright import limits
from sealwright.cli import tables, verdict_text
from sealwright.cli.plain import plain
from sealwright.cli.progress import Bar
from sealwright.workflow.outcome import Failure, Outcome

__all__ = ["OutcomeText", "complain", "complaint", "word"]

WORDS = ("accepted", "allowed", "refused", "unknown")

Row = tuple[str, str, str]


def word(outcome: Outcome) -> str:
    """How it ended: one of `WORDS`."""
    return "unknown" if outcome.verdict is None else outcome.verdict.decision


def complaint(failure: Failure) -> Iterator[str]:
    """A failure as `cli.messages` shows errors."""
    yield plain(f"error: {failure.message} [{failure.code}]")
    yield from (plain(f"note: {note}") for note in failure.notes)
    if failure.hint:
        yield plain(f"hint: {failure.hint}")


def complain(failure: Failure) -> None:
    """Print it on standard error."""
    for line in complaint(failure):
        print(line, file=sys.stderr)  # noqa: T201  # the user's terminal


class OutcomeText:
    """Prints outcomes.

    Args:
        bar: is out of the way meanwhile.
        single: there is one image, and no summary.
        quiet: nothing about what is accepted.
        out: where to; standard output if left out.
    """

    def __init__(self, bar: Bar, *, single: bool, quiet: bool = False, out: TextIO | None = None) -> None:
        self._bar = bar
        self._single = single
        self._quiet = quiet
        self._out = out
        self._counts = dict.fromkeys(WORDS, 0)
        self._rows: list[Row] = []
        self._unnamed = 0

    def showing(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """The same outcomes, each printed as it passes; after the last, or if this raises, the summary."""
        try:
            for outcome in outcomes:
                self._count(outcome)
                self._bar.above(lambda shown=outcome: self._show(shown))  # type: ignore[misc]  # a default
                yield outcome
        finally:
            if not self._single:
                self._bar.above(self._summarise)

    @property
    def _done(self) -> int:
        return sum(self._counts.values())

    def _count(self, outcome: Outcome) -> None:
        self._counts[word(outcome)] += 1
        if self._done == limits.BULK_SUMMARY_ROWS + 1:
            self._rows = [row for row in self._rows if row[0] != verdict_text.ACCEPTED]
        accepted = word(outcome) == "accepted"
        if self._single or (accepted and (self._quiet or self._done > limits.BULK_SUMMARY_ROWS)):
            return
        if len(self._rows) < limits.BULK_SUMMARY_REFUSED:
            self._rows.append(_row(outcome))
        else:
            self._unnamed += 1

    def _show(self, outcome: Outcome) -> None:
        if outcome.failure is not None:
            if self._single:
                complain(outcome.failure)
            else:
                self._say(plain(f"✗ {outcome.image}: {outcome.failure.message}"))
            return
        verdict = outcome.verdict
        if verdict is None or (self._quiet and verdict.decision == "accepted"):
            return
        for line in verdict_text.lines(verdict):
            self._say(line)
            if verdict.decision == "accepted" and self._done > limits.BULK_SUMMARY_ROWS:
                break

    def _summarise(self) -> None:
        if not self._done or (self._quiet and not self._rows):
            return
        counts = ", ".join(f"{count} {name}" for name, count in self._counts.items() if count)
        self._say("")
        self._say(f"{self._done} image(s): {counts}")
        if self._rows:
            for line in tables.lines(("DECISION", "IMAGE", "REASON"), self._rows):
                self._say(line)
        if self._unnamed:
            self._say(f"and {self._unnamed} more that were not accepted; their reports are above")

    def _say(self, line: str) -> None:
        click.echo(line, file=self._out)


def _row(outcome: Outcome) -> Row:
    if outcome.verdict is not None:
        return verdict_text.summary_row(outcome.verdict)
    message = "" if outcome.failure is None else outcome.failure.message
    return ("✗ unknown", outcome.image, message)
