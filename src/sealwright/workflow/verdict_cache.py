"""Verdicts used again for a short while: what question a verdict answers, and which verdicts may be kept.

An image is resolved and its signatures are listed every time; a verdict that is kept spares the rest, which
is the download of each signature's manifest and envelope, and the checks.

The question is a digest over all that the answer follows from: the image by digest, its name, the policy by
digest and origin, the lowered statement (with what the caller asks for beside), the certificates of every
trust store that it names, the manifests of the signatures in the order in which they would be looked at, the
options, our version, and the bucket of time. A signature that is added or removed, or a change of a trust
store, is another question.

Not kept: what is retryable; what has a check that could not be made; what met something unreadable for
another reason than its own bytes; what was decided on evidence that the question does not cover. A kept
verdict is given out again only within its bucket and before `settled_until`.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from threading import Lock
from typing import Protocol

import msgspec

from sealwright import limits
from sealwright.errors import StorageError, UsageError
from sealwright.events import EventSink, Notice, ignore
from sealwright.evidence import Evidence, TrustStore
from sealwright.policy.decide import Case, described
from sealwright.signature import Listed
from sealwright.verdict import Verdict, encoded
from sealwright.version import __version__
from sealwright.workflow.collect import Waves

__all__ = ["Keeper", "VerdictCache", "may_be_kept"]


class Keeper(Protocol):
    """Where verdicts are kept, such as `homes.verdict_cache.VerdictFolder`."""

    def read(self, key: str) -> Verdict | None:
        """The verdict under a key of 64 hexadecimal digits, or None."""
        ...

    def keep(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict under a key."""
        ...


class VerdictCache:
    """Finds and keeps verdicts. Safe to share between threads.

    A keeper that fails is told once, as a notice, and not asked again: no verification fails because of it.

    Args:
        keeper: keeps the verdicts.
        seconds: the length of a bucket of time, which is the longest that a verdict is used.
        events: takes the notice.

    Raises:
        UsageError: `usage.out-of-range`.
    """

    def __init__(
        self, keeper: Keeper, seconds: int = limits.VERDICT_CACHE_SECONDS, events: EventSink = ignore
    ) -> None:
        most = limits.VERDICT_CACHE_MOST_SECONDS
        if not 1 <= seconds <= most:
            raise UsageError(
                "usage.out-of-range", name="seconds of the verdict cache", value=seconds, most=most
            )
        self._keeper = keeper
        self._seconds = seconds
        self._events = events
        self._lock = Lock()
        self._failed = False

    def answer(
        self,
        case: Case,
        evidence: Evidence,
        waves: Waves,
        max_signatures: int,
        look: Callable[[], tuple[Verdict, Evidence]],
    ) -> Verdict:
        """The verdict on a case: one that was kept, or a new one, which is then kept if it may be.

        Args:
            case: statement, subject, policy and time.
            evidence: what the statement names.
            waves: the listing, sorted.
            max_signatures: how many may be downloaded.
            look: makes the verdict anew; gives the evidence that it was made on, too.
        """
        question = self.question(case, evidence, waves, max_signatures)
        found = None if question is None else self.find(question, case)
        if found is not None:
            return found
        verdict, asked = look()
        if question is not None and asked is evidence:  # or it follows from more than the question covers
            self.keep(question, verdict)
        return verdict

    def question(self, case: Case, evidence: Evidence, waves: Waves, max_signatures: int) -> str | None:
        """The key of the answer to a case, before anything was downloaded.

        Args:
            case: statement, subject, policy and time.
            evidence: what the statement names.
            waves: the listing, sorted.
            max_signatures: how many may be downloaded.

        Returns:
            64 hexadecimal digits; None if the answer would depend on something that a key cannot tell.
        """
        stores = []
        named = [need for need in case.statement.needs if isinstance(need, TrustStore)]
        if len(named) != len(case.statement.needs):  # a keyring: its keys may expire at any time
            return None
        for need in sorted(named, key=lambda need: (need.kind, need.name)):
            certificates = evidence.certificates(need)
            if not isinstance(certificates, tuple):
                return None
            stores.append((need.kind, need.name, [sha256(der).hexdigest() for der in certificates]))
        if waves.unreadable:
            return None
        subject = case.subject
        told = (
            __version__,
            (subject.descriptor.media_type, subject.descriptor.digest, subject.descriptor.size),
            subject.transport,
            subject.repository,
            subject.platform,
            case.policy,
            case.statement.name,
            repr(case.statement.requirement),
            stores,
            [_manifests(wave) for wave in (waves.first, waves.later, waves.beyond)],
            (max_signatures, case.thorough),
            (self._seconds, int(case.at.timestamp()) // self._seconds),
        )
        return sha256(encoded(told)).hexdigest()

    def find(self, question: str, case: Case) -> Verdict | None:
        """A verdict that answers the question at this time, marked as reused; None if there is none.

        Args:
            question: from `question`.
            case: the same; the subject is told as it is named this time.
        """
        if self._failed:
            return None
        try:
            found = self._keeper.read(question)
        except StorageError as error:
            self._give_up(error)
            return None
        if found is None or not found.subject.descriptor.same_content(case.subject.descriptor):
            return None
        young = 0 <= (case.at - found.at).total_seconds() < self._seconds
        if not young or (found.settled_until is not None and case.at >= found.settled_until):
            return None
        return msgspec.structs.replace(found, subject=described(case.subject), reused_at=case.at)

    def keep(self, question: str, verdict: Verdict) -> None:
        """Keep a verdict, if it may be kept.

        Args:
            question: that it answers.
            verdict: just made.
        """
        if self._failed or not may_be_kept(verdict):
            return
        try:
            self._keeper.keep(question, verdict)
        except StorageError as error:
            self._give_up(error)

    def _give_up(self, error: StorageError) -> None:
        with self._lock:
            told, self._failed = self._failed, True
        if not told:
            self._events(Notice(error.code, error.data))


def may_be_kept(verdict: Verdict) -> bool:
    """Whether nothing in a verdict came from the state of network, registry or machine."""
    checks = (
        check for report in verdict.signatures for judged in report.judgements for check in judged.checks
    )
    return not (
        verdict.retryable
        or verdict.platforms
        or any(check.outcome == "unavailable" for check in checks)
        or any(one.retryable or not one.reason.startswith("parse.") for one in verdict.unreadable)
    )


def _manifests(listed: Sequence[Listed]) -> list[tuple[str, str, str]]:
    return [(one.format, one.location, str(one.descriptor.digest)) for one in listed]
