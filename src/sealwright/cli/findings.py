"""What an outcome comes to in a report for machines: passed, worth a note, refused, or not found out."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from sealwright import reasons
from sealwright.cli import verdict_text
from sealwright.cli.plain import plain
from sealwright.verdict import Verdict
from sealwright.workflow.outcome import Failure, Outcome

__all__ = ["Finding", "finding", "template"]

Kind = Literal["passed", "note", "refused", "error"]
"""`note`: allowed, not verified. `error`: nothing could be found out, or only the environment refused."""

_UNKNOWN = Failure("internal.unexpected", "internal", "neither a verdict nor a failure")


class Finding(msgspec.Struct, frozen=True):
    """One image of a run.

    `image` is its name as given. `pinned` is `name@digest`, or `image` where no digest was found out; `name`
    is that without the digest. `code` is a reason code. `sentence` is one line; `lines` tell all, for people.
    `digest` and `policy` (its digest) are empty where there is no verdict.
    """

    kind: Kind
    image: str
    name: str
    pinned: str
    code: str
    sentence: str
    lines: tuple[str, ...]
    digest: str = ""
    policy: str = ""


def finding(outcome: Outcome) -> Finding:
    """What came of one image; no text in it can hold a line break or a control character.

    Args:
        outcome: with a verdict or a failure.
    """
    if outcome.verdict is not None:
        return _of_verdict(outcome.image, outcome.verdict)
    failure = outcome.failure or _UNKNOWN
    image = plain(outcome.image)
    return Finding(
        "refused" if failure.kind == "artifact" else "error",
        image,
        image,
        image,
        plain(failure.code),
        plain(failure.message),
        tuple(_of_failure(failure)),
    )


def template(code: str) -> tuple[str, str]:
    """The sentence and the hint of a reason code, each value as `<its name>`; the hint may be empty.

    Args:
        code: a code of `sealwright.reasons`.
    """
    names = _Names()
    return reasons.sentence(code, names), reasons.hint(code, names)


def _of_verdict(image: str, verdict: Verdict) -> Finding:
    subject = verdict.subject
    kind: Kind = "refused"
    if verdict.decision == "accepted":
        kind = "passed"
    elif verdict.retryable:
        kind = "error"
    elif verdict.decision == "allowed":
        kind = "note"
    return Finding(
        kind,
        plain(image),
        plain(subject.name),
        plain(f"{subject.name}@{subject.descriptor.digest}"),
        plain(verdict.reason),
        plain(verdict.sentence),
        tuple(map(plain, verdict_text.lines(verdict))),
        subject.descriptor.digest,
        verdict.policy.digest,
    )


def _of_failure(failure: Failure) -> Iterator[str]:
    yield plain(f"{failure.message} [{failure.code}]")
    if failure.hint:
        yield plain(f"next: {failure.hint}")


class _Names(dict[str, "_Name"]):
    """Stands in for the data of a reason: every name is there."""

    def __missing__(self, name: str) -> "_Name":
        return _Name(name)


class _Name(str):
    """The name of a value, in angle brackets whichever way it is shown."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"<{super().__str__()}>"

    __repr__ = __str__

    def __format__(self, form: str, /) -> str:
        return str(self)
