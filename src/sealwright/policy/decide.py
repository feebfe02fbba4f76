"""The decision: one statement, one subject, the signatures found, the evidence at hand, a time.

For every requirement of the statement and every signature:

1. the signature judges itself by the requirement's rule and says what it misses (`Need`);
2. the requirement is met, not met, or open while needs are;
3. the tree is folded: `AllOf` by its worst part, `AtLeast` by distinct signers;
4. while the outcome can still change, the needs are given back; else the opinion is final.

Nothing here fetches. Whoever calls gathers the needs and decides again, with the same signatures.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from sealwright import limits
from sealwright.errors import InternalError
from sealwright.evidence import Evidence, Need
from sealwright.formats.contract import Signature
from sealwright.formats.judged import Judged
from sealwright.rules import (
    Accept,
    AllOf,
    AtLeast,
    KeyringRule,
    Reject,
    Requirement,
    SignedBy,
    Statement,
    parts,
)
from sealwright.signature import StoredSignature, Subject, Unreadable
from sealwright.verdict import (
    Check,
    Decision,
    Judgement,
    PolicyUsed,
    SignatureReport,
    SigningTimes,
    Verdict,
    VerdictSubject,
)

__all__ = ["Candidate", "Case", "Opinion", "decide", "described"]

_CLOCK_SKEW = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)
_KEYS_HOLD = timedelta(seconds=limits.OPENPGP_VERDICT_SECONDS)


class Candidate(msgspec.Struct, frozen=True):
    """A signature that was found and could be parsed."""

    stored: StoredSignature
    signature: Signature


class Case(msgspec.Struct, frozen=True):
    """All that a decision is about, but for the evidence.

    `passed_over` are reports on signatures that were listed and not downloaded. `thorough` asks on after
    the outcome is certain, for audits.
    """

    statement: Statement
    subject: Subject
    policy: PolicyUsed
    at: datetime
    candidates: tuple[Candidate, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    passed_over: tuple[SignatureReport, ...] = ()
    thorough: bool = False


class Opinion(msgspec.Struct, frozen=True):
    """A verdict, and what is still missing for it. Without needs it is final."""

    verdict: Verdict
    needs: frozenset[Need]


class _Finding(msgspec.Struct, frozen=True):
    """How one requirement fared. `decision` is None while it is open."""

    decision: Decision | None
    needs: frozenset[Need] = frozenset()


def decide(case: Case, evidence: Evidence) -> Opinion:
    """What the policy says of the image, and what is still to be asked.

    Args:
        case: statement, subject, signatures and time.
        evidence: the answers so far.
    """
    judged: dict[int, list[Judged]] = {index: [] for index in range(len(case.candidates))}
    finding = _fold(case, case.statement.requirement, evidence, judged)
    decision = finding.decision or "refused"
    needs = finding.needs if finding.decision is None or case.thorough else frozenset()
    reports = tuple(_report(candidate, judged[i]) for i, candidate in enumerate(case.candidates))
    ends = [one.until for found in judged.values() for one in found if one.until is not None]
    reason, data = _explain(case, decision, reports)
    verdict = Verdict(
        subject=described(case.subject),
        at=case.at,
        policy=case.policy,
        statement=case.statement.name,
        decision=decision,
        reason=reason,
        data=data,
        retryable=decision == "refused"
        and (evidence.retryable or any(one.retryable for one in case.unreadable)),
        settled_until=_settled_until(case, ends),
        signatures=reports + case.passed_over,
        unreadable=case.unreadable,
    )
    return Opinion(verdict, needs)


def _fold(
    case: Case, requirement: Requirement, evidence: Evidence, judged: dict[int, list[Judged]]
) -> _Finding:
    match requirement:
        case Accept():
            return _Finding("allowed")
        case Reject():
            return _Finding("refused")
        case SignedBy():
            return _signed_by(_judge(case, requirement, evidence, judged))
        case AtLeast():
            return _at_least(
                requirement.count, [_judge(case, part, evidence, judged) for part in requirement.of]
            )
        case AllOf():
            found = [_fold(case, part, evidence, judged) for part in requirement.of]
            return _all_of(found, each_accepts=requirement.each_accepts)
    raise InternalError("internal.unexpected", problem=f"a requirement of type {type(requirement).__name__}")


def _judge(
    case: Case, requirement: SignedBy, evidence: Evidence, judged: dict[int, list[Judged]]
) -> list[Judged]:
    found = []
    for index, candidate in enumerate(case.candidates):
        one = candidate.signature.judge(case.subject, requirement.rule, requirement.origin, evidence, case.at)
        if one is not None:
            judged[index].append(one)
            found.append(one)
    return found


def _open_needs(judged: Sequence[Judged]) -> frozenset[Need]:
    return frozenset().union(*(one.needs for one in judged))


def _satisfying(judged: Sequence[Judged]) -> list[Judgement]:
    return [one.judgement for one in judged if one.judgement.counts and not one.needs]


def _signed_by(judged: Sequence[Judged]) -> _Finding:
    satisfying = _satisfying(judged)
    needs = _open_needs(judged)
    if any(judgement.authentic for judgement in satisfying):
        return _Finding("accepted", needs)
    if needs:
        return _Finding(None, needs)
    return _Finding("allowed" if satisfying else "refused")


def _at_least(count: int, parts: Sequence[Sequence[Judged]]) -> _Finding:
    needs = frozenset[Need]().union(*(_open_needs(part) for part in parts))
    signers = [{one.signer for one in _satisfying(part) if one.authentic} for part in parts]
    if _distinct(signers) >= count:
        return _Finding("accepted", needs)
    return _Finding(None, needs) if needs else _Finding("refused")


def _all_of(findings: Sequence[_Finding], *, each_accepts: bool) -> _Finding:
    needs = frozenset[Need]().union(*(finding.needs for finding in findings))
    decisions = {finding.decision for finding in findings}
    if "refused" in decisions:
        return _Finding("refused", needs)
    if None in decisions:
        return _Finding(None, needs)
    accepted = decisions == {"accepted"} if each_accepts else "accepted" in decisions
    return _Finding("accepted" if accepted else "allowed", needs)


def _distinct(signers: Sequence[set[str]]) -> int:
    """How many of the sets can each be given a member of its own (bipartite matching)."""
    taken: dict[str, int] = {}

    def place(index: int, seen: set[str]) -> bool:
        for signer in sorted(signers[index] - seen):
            seen.add(signer)
            if signer not in taken or place(taken[signer], seen):
                taken[signer] = index
                return True
        return False

    return sum(place(index, set()) for index in range(len(signers)))


def described(subject: Subject) -> VerdictSubject:
    """A subject as verdicts name it.

    Args:
        subject: what is verified.
    """
    typed = subject.typed or str(subject.name)
    return VerdictSubject(
        typed, subject.repository, subject.transport, subject.descriptor, subject.platform or ""
    )


def _report(candidate: Candidate, judged: Sequence[Judged]) -> SignatureReport:
    summary = candidate.signature.summary
    times = next((one.times for one in judged if one.times is not None), None)
    if times is None and summary.signing_time is not None:
        source = "authority" if summary.signing_scheme.endswith("signingAuthority") else "claimed"
        times = SigningTimes(summary.signing_time, summary.signing_time, source)  # type: ignore[arg-type]  # two literals
    return SignatureReport(
        format=candidate.stored.format,
        location=candidate.stored.location,
        digest=summary.digest,
        signer=summary.signer,
        envelope=summary.envelope,
        algorithm=summary.algorithm,
        signing_times=times,
        expiry=summary.expiry,
        metadata=summary.user_metadata,
        judgements=tuple(one.judgement for one in judged),
        considered=bool(judged),
        reason="" if judged else "verdict.not-about",
    )


def _explain(
    case: Case, decision: Decision, reports: Sequence[SignatureReport]
) -> tuple[str, Mapping[str, object]]:
    """The one reason that stands for the decision, and its data."""
    statement = {"statement": case.statement.name}
    counting = [report for report in reports if report.counts]
    if decision == "accepted":
        return "verdict.accepted", {**statement, "signer": _named(counting[0]), "count": len(counting)}
    if decision == "allowed":
        if any(one.counts and one.authentic for report in reports for one in report.judgements):
            return "verdict.allowed-in-part", statement
        return ("verdict.allowed-logged" if counting else "verdict.allowed-unchecked"), statement
    reject = next((part for part in parts(case.statement.requirement) if isinstance(part, Reject)), None)
    if reject is not None:
        return reject.reason or "verdict.rejected", {**statement, "origin": reject.origin, **reject.data}
    failures = _failures(reports)
    if len(failures) == 1 and not case.unreadable:
        return failures[0].reason, failures[0].data
    if len(case.unreadable) == 1 and not reports:
        return case.unreadable[0].reason, case.unreadable[0].data
    total = len(reports) + len(case.unreadable) + len(case.passed_over)
    if total:
        return "verdict.none-counts", {**statement, "count": total}
    return "verdict.unsigned", statement


def _named(report: SignatureReport) -> str:
    """The signer of a signature that counts, as people know them."""
    owner = next((one.owner for one in report.judgements if one.counts and one.owner), "")
    return f"{owner} ({report.signer})" if owner else report.signer


def _failures(reports: Sequence[SignatureReport]) -> list[Check]:
    judgements = [judgement for report in reports for judgement in report.judgements]
    return [judgement.failure for judgement in judgements if judgement.failure is not None]


def _settled_until(case: Case, ends: Sequence[datetime]) -> datetime | None:
    """The next time at which a certificate, signature or answer starts or ends.

    A signature whose signing time lies in the future starts when the clocks may have met
    (`limits.CLOCK_SKEW_SECONDS` before it). When an OpenPGP key ends is not told: it may be soon.
    """
    summaries = [candidate.signature.summary for candidate in case.candidates]
    times = [*ends, *(summary.expiry for summary in summaries if summary.expiry is not None)]
    if any(summary.format == KeyringRule.format for summary in summaries):
        times.append(case.at + _KEYS_HOLD)
    for summary in summaries:
        if summary.signing_time is not None and summary.signing_time > case.at:
            times.append(summary.signing_time - _CLOCK_SKEW)
        for certificate in summary.certificates:
            times += (certificate.not_before, certificate.not_after)
    return min((time for time in times if time > case.at), default=None)
