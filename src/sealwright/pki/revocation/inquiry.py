"""What was asked about one certificate, whom, and what came of it."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from sealwright import reasons
from sealwright.errors import CheckFailedError
from sealwright.evidence import Evidence, Need, Unavailable
from sealwright.pki.certificate import Certificate
from sealwright.pki.revocation.standing import Standing

__all__ = ["Inquiry", "Outcome"]


class Outcome(msgspec.Struct, frozen=True):
    """What is known of a certificate. With needs it is not final.

    `standing` is None where nobody could tell; `problem` then says why: the last of all. `told` is for the
    verdict.
    """

    standing: Standing | None = None
    needs: frozenset[Need] = frozenset()
    told: tuple[Mapping[str, object], ...] = ()
    problem: Unavailable | None = None
    retryable: bool = False

    @property
    def url(self) -> str:
        """Who was asked last."""
        return str(self.told[-1]["url"]) if self.told else ""


class Inquiry:
    """Takes notes while one certificate is asked about.

    Args:
        certificate: asked about.
        issuer: that issued it.
        evidence: the answers so far.
        at: the time of verification, aware.
    """

    def __init__(
        self, certificate: Certificate, issuer: Certificate, evidence: Evidence, at: datetime
    ) -> None:
        self.certificate = certificate
        self.issuer = issuer
        self.evidence = evidence
        self.at = at
        self._told: list[Mapping[str, object]] = []
        self._problems: list[Unavailable] = []

    def wants(self, *needs: Need) -> Outcome:
        """The outcome while somebody is still to be asked."""
        return Outcome(needs=frozenset(needs), told=tuple(self._told))

    def settled(self, standing: Standing | None) -> Outcome:
        """The outcome when nobody is left to be asked."""
        last = self._problems[-1] if self._problems else None
        retryable = any(problem.retryable for problem in self._problems)
        return Outcome(standing, frozenset(), tuple(self._told), last, retryable)

    def note_answer(self, method: str, url: str, standing: Standing) -> None:
        """Note what somebody answered.

        Args:
            method: `ocsp` or `crl`.
            url: that was asked.
            standing: of the certificate, as the answer has it.
        """
        told: dict[str, object] = {
            "answer": standing.state,
            "thisUpdate": standing.made_at.isoformat(),
            "until": standing.until.isoformat(),
        }
        if standing.revoked_at is not None:
            told |= {"revokedAt": standing.revoked_at.isoformat(), "cause": standing.reason}
        if standing.invalid_since is not None:
            told["invalidSince"] = standing.invalid_since.isoformat()
        self._note(method, url, told)
        if standing.state == "unknown":
            self._problems.append(Unavailable("revocation.status-unknown", retryable=False))

    def note_problem(self, method: str, url: str, found: Unavailable | CheckFailedError) -> None:
        """Note that there was no answer, or why the answer does not count."""
        if isinstance(found, CheckFailedError):
            found = Unavailable(found.code, retryable=False, data=found.data)
        self._problems.append(found)
        problem = reasons.sentence(found.reason, found.data)
        self._note(method, url, {"answer": "none", "reason": found.reason, "problem": problem})

    def note_all(self, outcome: Outcome) -> None:
        """Note what was asked about another certificate, on which an answer here depends."""
        self._told += outcome.told

    def _note(self, method: str, url: str, told: Mapping[str, object]) -> None:
        self._told.append({"subject": self.certificate.subject_text, "method": method, "url": url, **told})
