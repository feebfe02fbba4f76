"""A verdict as lines for people: the decision, who signed, and why each other signature did not count."""

from collections.abc import Iterable, Iterator

from sealwright import reasons
from sealwright.cli.plain import plain
from sealwright.signature import Unreadable
from sealwright.verdict import Check, Judgement, SignatureReport, Verdict

__all__ = ["ACCEPTED", "lines", "summary_row"]

_MARKS = {"accepted": "✓", "allowed": "~", "refused": "✗"}
_CHECK_MARKS = {"passed": "✓", "failed": "✗", "unavailable": "?", "skipped": "-", "not_reached": " "}
_ENVELOPES = {
    "application/jose+json": "JWS",
    "application/cose": "COSE",
    "application/vnd.sealwright.simple-signing": "GPG simple signing",
}
_WIDTH = 18
ACCEPTED = f"{_MARKS['accepted']} accepted"
"""What the first cell of a summary row says of an accepted image."""


def lines(verdict: Verdict) -> Iterator[str]:
    """The whole verdict. Understandable without colour."""
    subject = verdict.subject
    yield f"{_MARKS[verdict.decision]} {plain(subject.name)}@{subject.descriptor.digest}"
    yield f"  {verdict.decision}: {plain(verdict.sentence)}"
    if verdict.decision != "accepted":
        hint = reasons.hint(verdict.reason, verdict.data)
        if hint:
            yield f"  next: {plain(hint)}"
    statement = f', statement "{verdict.statement}"' if verdict.statement else ""
    yield _pair("policy", f"{verdict.policy.language} {verdict.policy.origin}{statement}")
    if verdict.reused_at is not None:
        yield _pair("decided", f"{verdict.at:%Y-%m-%d %H:%M:%S} UTC, used again from the verdict cache")
    for report in verdict.signatures:
        yield from _signature(report)
    yield from _next_steps(verdict.signatures)
    for unreadable in verdict.unreadable:
        yield from _unreadable(unreadable)
    for platform in verdict.platforms:
        yield from _platform(platform)


def summary_row(verdict: Verdict) -> tuple[str, str, str]:
    """Decision, pinned name and reason: one row of the summary over several images."""
    subject = verdict.subject
    return (
        f"{_MARKS[verdict.decision]} {verdict.decision}",
        f"{subject.name}@{subject.descriptor.digest}",
        verdict.sentence,
    )


def _platform(verdict: Verdict) -> Iterator[str]:
    """The verdict on a manifest of an index: its whole report only if it is not accepted."""
    subject = verdict.subject
    yield _pair("platform", f"{subject.platform or 'not told'}  {subject.descriptor.digest}")
    mark = _MARKS[verdict.decision]
    yield _pair(f"  {mark} {verdict.decision}", verdict.sentence)
    if verdict.decision != "accepted":
        for report in verdict.signatures:
            yield from (f"  {line}" for line in _signature(report))


def _pair(name: str, value: str) -> str:
    return f"  {name:<{_WIDTH}}{plain(value)}"


def _signature(report: SignatureReport) -> Iterator[str]:
    state = "counts" if report.counts else "does not count" if report.considered else "not considered"
    yield _pair("signature", f"{report.location}  {state}")
    if report.signer:
        yield _pair("  signer", report.signer)
    if report.signing_times is not None and report.signing_times.earliest is not None:
        times = report.signing_times
        until = f", expires {report.expiry:%Y-%m-%d %H:%M:%SZ}" if report.expiry else ""
        said = f"{times.source}{_authority(report)}"
        yield _pair("  made", f"{times.earliest:%Y-%m-%d %H:%M:%SZ} ({said}){until}")
    if report.algorithm:
        yield _pair("  with", f"{report.algorithm}, {_ENVELOPES.get(report.envelope, report.envelope)}")
    for key, value in report.metadata.items():
        yield _pair("  metadata", f"{key}={value}")
    if report.reason:
        yield _pair("  why", reasons.sentence(report.reason, report.data))
    for judgement in report.judgements:
        yield from _judgement(judgement)


def _authority(report: SignatureReport) -> str:
    """Who has proven the time of a signature, if a timestamp did."""
    checks = (check for judgement in report.judgements for check in judgement.checks)
    named = (check.data["authority"] for check in checks if "authority" in check.data)
    return next((f" by {name}" for name in named), "")


def _next_steps(reports: Iterable[SignatureReport]) -> Iterator[str]:
    """What can be done about signatures that were passed over: once for each reason."""
    for code, data in {report.reason: report.data for report in reports if report.reason}.items():
        hint = reasons.hint(code, data)
        if hint:
            yield f"  next: {plain(hint)}"


def _judgement(judgement: Judgement) -> Iterator[str]:
    """The checks that need a word: all that did not simply pass or were left out."""
    for check in judgement.checks:
        if check.reason:
            yield _pair(f"  {_CHECK_MARKS[check.outcome]} {check.name}", _sentence(check))
            hint = reasons.hint(check.reason, check.data)
            if hint and not check.stands:
                yield _pair("", f"next: {hint}")
        yield from _asked(check)


def _asked(check: Check) -> Iterator[str]:
    """Who was asked whether certificates were revoked, and what they answered."""
    asked = check.data.get("asked")
    for one in asked if isinstance(asked, list | tuple) else ():
        if isinstance(one, dict):
            answer, until = one.get("answer"), one.get("until")
            said = f"no answer: {one.get('problem')}" if answer == "none" else f"{answer}, until {until}"
            yield _pair(f"  {check.name}", f"{one.get('method')} {one.get('url')}  {said}")
            yield _pair("", f"about {one.get('subject')}")


def _sentence(check: Check) -> str:
    logged = " (only logged)" if check.action == "log" and check.outcome != "passed" else ""
    return reasons.sentence(check.reason, check.data) + logged


def _unreadable(unreadable: Unreadable) -> Iterator[str]:
    yield _pair("unreadable", unreadable.location)
    yield _pair("  why", reasons.sentence(unreadable.reason, unreadable.data))
