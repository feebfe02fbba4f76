"""Answering OCSP for the CAs of a folder.

Not for many threads at once: whoever has several takes turns.
"""

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta

import msgspec

from sealwright import limits
from sealwright.errors import MalformedContentError, SealwrightError
from sealwright.keys.passphrases import Passphrases
from sealwright.pki.authority import responses
from sealwright.pki.authority.responses import Answer, Question
from sealwright.pki.certificate import Certificate
from sealwright.workflow.authority import cas, delegates
from sealwright.workflow.authority.cas import Ca
from sealwright.workflow.authority.delegates import Delegate
from sealwright.workflow.authority.ledger import Ledger

__all__ = ["Answered", "Responder"]

_FRESH = 2
"""A kept answer is given again in the first half of its time."""

_KEPT_BYTES = 255
"""Answers to longer requests are not kept: one question needs no more (RFC 5019, section 5)."""


class Answered(msgspec.Struct, frozen=True):
    """An answer to a request.

    Attributes:
        content: the bytes in DER.
        said: `good`, `revoked`, `unknown`, or why there is no answer, by its name in RFC 6960.
        this_update: when it was made; None where it is no answer.
        next_update: how long it holds; None where it may not be kept: to a nonce, or no answer.
        problem: of the request, or of ours, if there is one.
    """

    content: bytes
    said: str
    this_update: datetime | None = None
    next_update: datetime | None = None
    problem: SealwrightError | None = None

    @property
    def etag(self) -> str:
        """The entity tag of the answer (RFC 5019, section 6.2)."""
        return f'"{hashlib.sha256(self.content).hexdigest()}"'


class Responder:
    """Answers for every CA in a folder.

    Args:
        ledger: of the folder; whoever shares it reads on.
        passphrases: of the keys.
        at: the time, aware.
        minutes: how long an answer holds.
        days: how long the certificate of a responder lasts that is made here.

    Attributes:
        delegates: who answers for which CA, by its key; a CA is missing here if nobody can.
        problems: why not, by the stem of the CA.

    Raises:
        DocumentError, StorageError: a file cannot be used.
    """

    def __init__(
        self,
        ledger: Ledger,
        passphrases: Passphrases,
        at: datetime,
        minutes: float = 60,
        days: int = delegates.RESPONDER_DAYS,
    ) -> None:
        self._passphrases = passphrases
        self._holds = timedelta(minutes=minutes)
        self._days = days
        self._ledger = ledger
        self._seen = ledger.lines
        self._kept: OrderedDict[bytes, Answered] = OrderedDict()
        self._cas: tuple[Ca, ...] = ()
        self.delegates: dict[str, Delegate] = {}
        self.problems: dict[str, SealwrightError] = {}
        self.look(at, cas.found(ledger.folder))

    def look(self, at: datetime, known: tuple[Ca, ...]) -> None:
        """Take in what the ledger has read since the last look.

        Args:
            at: the time, aware.
            known: the CAs of the folder, as they are now.
        """
        if self._seen != self._ledger.lines:
            self._seen = self._ledger.lines
            self._kept.clear()
        if known != self._cas:
            self._cas = known
            self._kept.clear()
            self.renew(at)

    def renew(self, at: datetime) -> None:
        """Renew whoever answers, where it is time and the key of the CA is here."""
        for ca in self._cas:
            try:
                self.delegates[ca.key] = delegates.responder(
                    self._ledger, ca, self._passphrases, at, self._days
                )
                self.problems.pop(ca.stem, None)
            except SealwrightError as error:
                self.problems[ca.stem] = error

    def answer(self, content: bytes, at: datetime) -> Answered:
        """The answer to a request, whatever it is.

        Args:
            content: the request, in DER.
            at: the time, aware.
        """
        kept = self.kept(content, at)
        if kept is not None:
            return kept
        try:
            question = responses.read(content)
        except MalformedContentError as error:
            return Answered(responses.refusal("malformedRequest"), "malformedRequest", problem=error)
        at = at.replace(microsecond=0)
        ca = next((ca for ca in self._cas if responses.is_about(question, ca.certificate)), None)
        if ca is None:
            return Answered(responses.refusal("unauthorized"), "unauthorized")
        delegate = self.delegates.get(ca.key)
        if delegate is None or not self._counts(delegate.signer.certificate, at):
            problem = self.problems.get(ca.stem)
            return Answered(responses.refusal("tryLater"), "tryLater", problem=problem)
        answered = self._answered(question, ca, delegate, at)
        if answered.next_update is not None and answered.said != "unknown" and len(content) <= _KEPT_BYTES:
            self._kept[content] = answered
            if len(self._kept) > limits.OCSP_ANSWERS_KEPT:
                self._kept.popitem(last=False)
        return answered

    def kept(self, content: bytes, at: datetime) -> Answered | None:
        """The answer that was given to the same bytes a while ago, if it still holds; from any thread.

        Args:
            content: the request.
            at: the time, aware.
        """
        kept = self._kept.get(content)
        if kept is None or kept.this_update is None:
            return None
        return kept if kept.this_update <= at < kept.this_update + self._holds / _FRESH else None

    def _counts(self, certificate: Certificate, at: datetime) -> bool:
        return certificate.valid_at(at) and not self._ledger.revokes(certificate.serial)

    def _answered(self, question: Question, ca: Ca, delegate: Delegate, at: datetime) -> Answered:
        known = (ca.key, question.serial) in self._ledger.issued
        revocation = self._ledger.revoked(ca.key).get(question.serial)
        until = min(at + self._holds, delegate.until)
        content = responses.made(question, Answer(known, revocation, at, until), delegate.signer)
        said = "unknown" if not known else "good" if revocation is None else "revoked"
        return Answered(content, said, at, None if question.nonce else until)
