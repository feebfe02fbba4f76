"""Whether certificates were revoked, asked at responders and CAs, each question once.

An answer is looked for in this order:

1. in this process, where everybody who asks the same waits for one answer;
2. on disk;
3. at the place that the certificate names.

Answers that were verified are used until they end, but no longer than `limits.REVOCATION_REUSED_SECONDS`:
then the place is asked again, and if it does not answer well, the one at hand is used until its end. Whoever
was asked in vain is left alone for `limits.REVOCATION_FAILURE_SECONDS`.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from sealwright import limits
from sealwright.authorities.asking import Asking
from sealwright.authorities.kept import Found, KeptAnswers
from sealwright.errors import CheckFailedError, NetworkError
from sealwright.events import EventSink
from sealwright.evidence import Crl, OcspAnswer, OcspResponse, Unavailable
from sealwright.homes.environment import Environment
from sealwright.homes.sealwright.settings import RevocationSettings
from sealwright.pki.revocation import crl
from sealwright.pki.revocation.answers import judged
from sealwright.pki.revocation.standing import Standing
from sealwright.transport.deadline import Deadline

__all__ = ["RevocationAuthorities"]

Need = OcspResponse | Crl
Answer = OcspAnswer | bytes | Unavailable

_REUSED = timedelta(seconds=limits.REVOCATION_REUSED_SECONDS)
_FAILURE = timedelta(seconds=limits.REVOCATION_FAILURE_SECONDS)


class _Flight:
    """One question: its answer, and until when it is given again."""

    __slots__ = ("answer", "lock", "until")

    def __init__(self) -> None:
        self.lock = Lock()
        self.answer: Answer | None = None
        self.until: datetime | None = None


class RevocationAuthorities:
    """Answers `OcspResponse` and `Crl`. Safe to use from several threads, for as long as the process lives.

    Args:
        environment: proxies, and the folders of what is kept on disk.
        settings: how authorities are asked.
        clock: gives the time, aware.
        events: takes notices.
        deadline: of all that is asked over the network.
    """

    def __init__(
        self,
        environment: Environment,
        settings: RevocationSettings,
        clock: Callable[[], datetime],
        events: EventSink,
        deadline: Deadline,
    ) -> None:
        self._asking = Asking(environment.variables, nonce=settings.nonce == "on", deadline=deadline)
        self._kept = KeptAnswers(environment, events) if settings.cache else None
        self._nonce = settings.nonce == "on"
        self._clock = clock
        self._lock = Lock()
        self._flights: OrderedDict[Need, _Flight] = OrderedDict()
        self._size = 0

    def __call__(self, need: Need, /) -> Answer:
        """The answer to a question, good or bad; who asks the same meanwhile waits for it."""
        with self._lock:
            flight = self._flights.setdefault(need, _Flight())
        with flight.lock:
            at = self._clock()
            known = _lasting(flight, at)
            if known is not None:
                return known
            before = flight.answer
            answer, until = self._found(need, at)
            flight.answer, flight.until = answer, until
            self._account(need, _size(answer) - _size(before))
            return answer

    def remembered(self, need: Need, /) -> Answer | None:
        """The answer, if this process has it already."""
        flight = self._flights.get(need)
        return None if flight is None else _lasting(flight, self._clock())

    def close(self) -> None:
        """Close the connections."""
        self._asking.close()

    def _found(self, need: Need, at: datetime) -> tuple[Answer, datetime]:
        """An answer from disk or from its place, and until when it is given again."""
        kept = None if self._kept is None or (self._nonce and isinstance(need, OcspResponse)) else self._kept
        spare = None
        found = None if kept is None else kept.read(need)
        if found is not None:
            end = _end(need, found.answer, at)
            if end is not None and found.came_at <= at < found.came_at + _REUSED:
                return found.answer, min(end, found.came_at + _REUSED)
            spare = None if end is None else (found, end)
        try:
            answer = self._asking.ocsp(need) if isinstance(need, OcspResponse) else self._asking.crl(need)
        except NetworkError as error:
            return _spared(spare, at) or _in_vain(
                Unavailable(error.code, error.retryable, dict(error.data)), at
            )
        end = _end(need, answer, at)
        if end is None:
            return _spared(spare, at) or _in_vain(answer, at)
        if kept is not None:
            kept.keep(need, answer, at, alone=isinstance(answer, bytes) and _alone(answer, need.issuer))
        return answer, min(end, at + _REUSED)

    def _account(self, need: Need, size: int) -> None:
        """Count the bytes of an answer; the oldest are forgotten beyond the bounds."""
        with self._lock:
            self._size += size
            while len(self._flights) > 1 and (
                len(self._flights) > limits.REVOCATION_ANSWERS or self._size > limits.REVOCATION_ANSWERS_BYTES
            ):
                oldest = next(iter(self._flights))
                if oldest == need:
                    self._flights.move_to_end(need)
                    continue
                self._size -= _size(self._flights.pop(oldest).answer)


def _lasting(flight: _Flight, at: datetime) -> Answer | None:
    until = flight.until
    return flight.answer if until is not None and at < until else None


def _in_vain(answer: Answer, at: datetime) -> tuple[Answer, datetime]:
    return answer, at + _FAILURE


def _spared(spare: tuple[Found, datetime] | None, at: datetime) -> tuple[Answer, datetime] | None:
    """The answer at hand that has not ended, for as long as nobody asks again."""
    return None if spare is None else (spare[0].answer, min(spare[1], at + _FAILURE))


def _end(need: Need, answer: OcspAnswer | bytes, at: datetime) -> datetime | None:
    """When a good answer ends; None if it is none that may be used again."""
    try:
        found = judged(need, answer, at)
    except CheckFailedError:
        return None
    return None if isinstance(found, Standing) and found.state == "unknown" else found.until


def _alone(content: bytes, issuer: bytes) -> bool:
    """Whether a list is a base list that has no delta list."""
    found = crl.issued(content, issuer)
    return found.base is None and not found.freshest


def _size(answer: Answer | None) -> int:
    match answer:
        case bytes():
            return len(answer)
        case OcspAnswer():
            return len(answer.content)
        case _:
            return 0
