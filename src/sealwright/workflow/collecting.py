"""Answers about the revocation of certificates, collected while images are verified."""

from collections.abc import Mapping
from threading import Lock

from sealwright.errors import CheckFailedError
from sealwright.evidence import Crl, Need, OcspAnswer, OcspResponse
from sealwright.interfaces import Gatherer
from sealwright.pki.revocation.answers import judged
from sealwright.pki.revocation.bundle import Answers
from sealwright.workflow.clock import now

__all__ = ["Collecting"]


class Collecting:
    """A gatherer that remembers every answer that counts. Safe to use from several threads.

    Args:
        gather: answers.
    """

    def __init__(self, gather: Gatherer) -> None:
        self._gather = gather
        self._lock = Lock()
        self._answers: dict[OcspResponse | Crl, OcspAnswer | bytes] = {}

    def __call__(self, needs: frozenset[Need]) -> Mapping[Need, object]:
        """An answer for each need; see `interfaces.Gatherer`."""
        found = self._gather(needs)
        for need, answer in found.items():
            if isinstance(need, OcspResponse | Crl) and isinstance(answer, OcspAnswer | bytes):
                self._remember(need, answer)
        return found

    @property
    def answers(self) -> Answers:
        """What was answered so far."""
        with self._lock:
            return dict(self._answers)

    def _remember(self, need: OcspResponse | Crl, answer: OcspAnswer | bytes) -> None:
        try:
            judged(need, answer, now())
        except CheckFailedError:
            return
        with self._lock:
            self._answers[need] = answer
