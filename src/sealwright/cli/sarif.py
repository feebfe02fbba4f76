"""Outcomes as a SARIF log (Static Analysis Results Interchange Format 2.1.0 with errata 01).

Written result by result, so that memory stays flat. The rules, which are the reason codes that came up,
follow after the results: members of an object have no order.

- Accepted: kind `pass`, level `none` (3.27.10: a level means something only where the kind is `fail`).
- Allowed, not verified: kind `fail`, level `note`. Refused, or not found out: kind `fail`, level `error`.
- A result is at a logical location, the image pinned to its digest, and at a physical one with the same name
  as a relative URI, because there are readers that take no result without.
- The partial fingerprint (3.27.17) is over the name as given and the reason: it outlives a move of the tag.
- In a message braces are doubled (3.11.5), and nothing that a signature says of itself can become a link
  (3.11.6).
- `executionSuccessful` (3.20.14) is false if anything was not found out, or the run was broken off.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, Self, TextIO
from urllib.parse import quote

from sealwright.cli.findings import Finding, finding, template
from sealwright.version import __version__
from sealwright.workflow.outcome import Outcome

__all__ = ["SarifReport", "write", "write_problems"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_KINDS = {
    "passed": ("pass", "none"),
    "note": ("fail", "note"),
    "refused": ("fail", "error"),
    "error": ("fail", "error"),
}
"""Finding to the kind and the level of its result."""
_FINGERPRINT = "imageAndReason/v1"


def write(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """Write a whole log.

    Args:
        outcomes: taken one by one. If this raises, the log is ended, says so, and the error goes on.
        out: takes text, all of it ASCII.
    """
    with SarifReport(out) as report:
        for outcome in outcomes:
            report.add(outcome)


def write_problems(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """The same without the images that were accepted."""
    with SarifReport(out, passes=False) as report:
        for outcome in outcomes:
            report.add(outcome)


class SarifReport:
    """A log that grows with each outcome and is ended with its `with` block.

    Args:
        out: takes text, all of it ASCII. It is not closed.
        passes: also write a result for each image that was accepted. Some readers, GitHub's code scanning
            among them, take every result for a problem.
    """

    def __init__(self, out: TextIO, *, passes: bool = True) -> None:
        self._out = out
        self._passes = passes
        self._rules: dict[str, int] = {}
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._good = True
        out.write(f'{{"$schema": {json.dumps(_SCHEMA)}, "version": "2.1.0", "runs": [{{"results": [')

    def add(self, outcome: Outcome) -> None:
        """Write what came of one image."""
        if outcome.verdict is not None:
            at = outcome.verdict.at
            self._first = min(self._first or at, at)
            self._last = max(self._last or at, at)
        found = finding(outcome)
        self._good = self._good and found.kind != "error"
        if found.kind == "passed" and not self._passes:
            return
        self._out.write(("," if self._rules else "") + "\n" + json.dumps(self._result(found)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        tool = {
            "driver": {
                "name": "seal",
                "fullName": "Sealwright",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in self._rules],
            }
        }
        invocation: dict[str, Any] = {"executionSuccessful": self._good and kind is None}
        if self._first is not None and self._last is not None:
            invocation["startTimeUtc"] = _time(self._first)
            invocation["endTimeUtc"] = _time(self._last)
        if kind is not None:
            broken = {"text": "the run was broken off: images are missing here"}
            invocation["toolExecutionNotifications"] = [{"level": "error", "message": broken}]
        self._out.write(f'],\n"tool": {json.dumps(tool)},\n"invocations": {json.dumps([invocation])}')
        self._out.write(',\n"columnKind": "unicodeCodePoints"}]}\n')

    def _result(self, found: Finding) -> dict[str, Any]:
        kind, level = _KINDS[found.kind]
        properties = {"image": found.image}
        if found.digest:
            properties |= {"digest": found.digest, "policy": found.policy}
        return {
            "ruleId": found.code,
            "ruleIndex": self._rules.setdefault(found.code, len(self._rules)),
            "kind": kind,
            "level": level,
            "message": {"text": _message(found)},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": {"uri": quote(found.pinned, "/@")}},
                    "logicalLocations": [{"fullyQualifiedName": found.pinned, "kind": "resource"}],
                }
            ],
            "partialFingerprints": {_FINGERPRINT: _fingerprint(found)},
            "properties": properties,
        }


def _message(found: Finding) -> str:
    return _escaped("\n".join((found.sentence, *found.lines)))


def _escaped(text: str) -> str:
    """Text as a message that holds neither placeholders nor links."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _fingerprint(found: Finding) -> str:
    return sha256(f"{found.image}\n{found.code}".encode()).hexdigest()


def _rule(code: str) -> dict[str, Any]:
    sentence, hint = template(code)
    return {
        "id": code,
        "shortDescription": {"text": _escaped(sentence)},
        "help": {"text": _escaped(hint or sentence)},
    }


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
