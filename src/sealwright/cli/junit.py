"""Outcomes as a JUnit report, in the form that GitLab and Jenkins read: one test case for each image.

There is no specification; this is what both readers agree on. `testsuites` holds one `testsuite`, whose
counts stand in front of its test cases, so these are written to a temporary file first: memory stays flat.

- Accepted: a test case that holds nothing but its properties.
- Refused, or allowed but not verified: a `failure`, since the run does not end with 0 either.
- Not found out, or refused by the environment alone: an `error`. A run that is broken off is one more.
- `time` of a case is the time since the one before it, in seconds: images are verified side by side, and only
  the sum, which is that of the run, means anything.
- XML 1.0 (section 2.2) has no way to write most control characters; they are written as Python escapes them.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Self, TextIO

from sealwright.cli.findings import Finding, finding
from sealwright.version import __version__
from sealwright.workflow.outcome import Outcome

__all__ = ["JunitReport", "write"]

_SPOOLED_BYTES = 1024 * 1024
"""A report larger than this goes to a file while its test cases are counted."""
_ELEMENTS = {"note": "failure", "refused": "failure", "error": "error"}
_BROKEN_OFF = '<error message="the run was broken off: images are missing here" type="interrupted"/>\n'
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def write(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """Write a whole report.

    Args:
        outcomes: taken one by one. If this raises, the report is ended, says so, and the error goes on.
        out: takes text, all of it ASCII.
    """
    with JunitReport(out) as report:
        for outcome in outcomes:
            report.add(outcome)


class JunitReport:
    """A report that is written at the end of its `with` block.

    Args:
        out: takes text, all of it ASCII. It is not closed.
        clock: gives seconds since some moment.
    """

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._cases = tempfile.SpooledTemporaryFile(_SPOOLED_BYTES, "w+", encoding="ascii")  # noqa: SIM115  # closed below
        self._counts = {"tests": 0, "failures": 0, "errors": 0}
        self._begun = self._before = clock()
        self._first: datetime | None = None

    def add(self, outcome: Outcome) -> None:
        """Take up what came of one image."""
        if outcome.verdict is not None and self._first is None:
            self._first = outcome.verdict.at
        found = finding(outcome)
        inside = _properties(
            {"image": found.pinned, "digest": found.digest, "policy": found.policy, "reason": found.code}
        )
        element = _ELEMENTS.get(found.kind)
        if element is not None:
            inside += _complaint(element, found)
        self._case(found.name, found.image, inside, element)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._cases:
            if kind is not None:
                self._case("seal verify", "the run", _BROKEN_OFF, "error")
            self._write()

    def _write(self) -> None:
        counts = {**self._counts, "time": _seconds(self._before - self._begun)}
        suite = {"name": "seal verify", **counts, "skipped": 0}
        if self._first is not None:
            suite["timestamp"] = f"{self._first:%Y-%m-%dT%H:%M:%S}"
        self._out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._out.write(f"<testsuites{_attributes({'name': 'Sealwright', **counts})}>\n")
        self._out.write(f"<testsuite{_attributes(suite)}>\n")
        self._out.write(_properties({"sealwright": __version__}))
        self._cases.seek(0)
        shutil.copyfileobj(self._cases, self._out)
        self._out.write("</testsuite>\n</testsuites>\n")

    def _case(self, class_name: str, name: str, inside: str, element: str | None) -> None:
        now = self._clock()
        taken, self._before = now - self._before, now
        self._counts["tests"] += 1
        if element is not None:
            self._counts[f"{element}s"] += 1
        head = _attributes({"classname": class_name, "name": name, "time": _seconds(taken)})
        self._cases.write(f"<testcase{head}>\n{inside}</testcase>\n")


def _complaint(element: str, found: Finding) -> str:
    head = _attributes({"message": found.sentence, "type": found.code})
    body = _text("\n".join(found.lines))
    return f"<{element}{head}>{body}</{element}>\n"


def _properties(values: Mapping[str, str]) -> str:
    inside = "".join(
        f"<property{_attributes({'name': name, 'value': value})}/>\n"
        for name, value in values.items()
        if value
    )
    return f"<properties>\n{inside}</properties>\n"


def _attributes(values: Mapping[str, object]) -> str:
    return "".join(f' {name}="{_text(str(value))}"' for name, value in values.items())


def _text(text: str) -> str:
    """Text without control characters, for an attribute or an element; what is not ASCII as references."""
    return text.translate(_ESCAPES).encode("ascii", "xmlcharrefreplace").decode()


def _seconds(value: float) -> str:
    return f"{value:.3f}"
