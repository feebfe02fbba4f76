"""Timestamps from the authority of a folder, as long as its clock can be believed."""

import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from sealwright import limits
from sealwright.errors import CheckFailedError, EnvironmentalError, SealwrightError, UsageError
from sealwright.keys.passphrases import Passphrases
from sealwright.pki.authority import timestamps
from sealwright.pki.authority.timestamps import ANY_POLICY
from sealwright.workflow import clock
from sealwright.workflow.authority import delegates
from sealwright.workflow.authority.delegates import Delegate
from sealwright.workflow.authority.ledger import Ledger

__all__ = ["Believed", "Stamped", "Timestamper", "require_policy"]

_POLICY = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]{0,8})){1,30}")
_SERIAL_BITS = 128
"""All of it random, so that any number of servers give serials without asking each other."""


class Believed:
    """A clock that only goes forward. It stops being believed, for good, once it is behind.

    Args:
        wall: the time of day, aware.
        steady: seconds that have passed, since whenever.
    """

    def __init__(
        self, wall: Callable[[], datetime] = clock.now, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._latest = wall()
        self._began = self._latest, steady()
        self._behind = 0.0

    def now(self) -> datetime:
        """The time.

        Raises:
            EnvironmentalError: `pki.clock-went-back`.
        """
        at, (begun, steady) = self._wall(), self._began
        due = max(self._latest, begun + timedelta(seconds=self._steady() - steady))
        self._behind = max(self._behind, (due - at).total_seconds())
        if self._behind > limits.CLOCK_BACK_SECONDS:
            raise EnvironmentalError("pki.clock-went-back", seconds=f"{self._behind:.1f}")
        self._latest = max(self._latest, at)
        return at


class Stamped(msgspec.Struct, frozen=True):
    """An answer to a request for a timestamp.

    Attributes:
        content: the bytes in DER.
        said: `granted`, or the failure by its name in RFC 3161.
        problem: why it was refused, if it was.
    """

    content: bytes
    said: str
    problem: SealwrightError | None = None


class Timestamper:
    """Stamps the time with the authority of a folder. For one thread at a time.

    Args:
        ledger: of the folder; whoever shares it reads on.
        passphrases: of the keys.
        believed: the clock.
        policy: in dotted numbers.
        accuracy: how far the clock may be off, in milliseconds.
        days: how long the certificate lasts, if it is made here.

    Attributes:
        delegate: who signs.

    Raises:
        CallerError: `pki.policy-invalid`, `pki.ca-key-absent`, or a file cannot be used.
        EnvironmentalError: a file cannot be read or written, or `pki.clock-went-back`.
    """

    def __init__(
        self,
        ledger: Ledger,
        passphrases: Passphrases,
        believed: Believed,
        policy: str = ANY_POLICY,
        accuracy: int = 1000,
        days: int = delegates.TIMESTAMPER_DAYS,
    ) -> None:
        require_policy(policy)
        at = believed.now()
        self._passphrases = passphrases
        self._believed = believed
        self._policy = policy
        self._accuracy = accuracy
        self._days = days
        self._ledger = ledger
        self.delegate: Delegate = delegates.timestamper(ledger, passphrases, at, days)
        self._authority = self._ready()

    def renew(self, at: datetime) -> None:
        """Renew the certificate, where it is time and the key of the CA is here.

        Raises:
            SealwrightError: what `delegates.timestamper` raises.
        """
        self.delegate = delegates.timestamper(self._ledger, self._passphrases, at, self._days)
        self._authority = self._ready()

    def _ready(self) -> timestamps.Authority:
        chain = tuple(one.der for one in self.delegate.chain)
        return timestamps.authority(self.delegate.signer, chain, self._policy, self._accuracy)

    def answer(self, content: bytes) -> Stamped:
        """The answer to a request, whatever it is.

        Args:
            content: the request, in DER.
        """
        try:
            request = timestamps.read(content, self._policy)
        except CheckFailedError as error:
            failure: timestamps.Failure = error.data["failure"]  # type: ignore[assignment]  # its kind
            words = str(error.data["problem"])
            return Stamped(timestamps.refusal(failure, words), failure, error)
        try:
            at = self._believed.now()
        except EnvironmentalError as error:
            return Stamped(timestamps.refusal("timeNotAvailable", str(error)), "timeNotAvailable", error)
        own = self.delegate.signer.certificate
        if not own.valid_at(at) or self._ledger.revokes(own.serial):
            words = "the certificate of the authority does not count now"
            return Stamped(timestamps.refusal("timeNotAvailable", words), "timeNotAvailable")
        serial = secrets.randbits(_SERIAL_BITS) | 1
        return Stamped(timestamps.made(self._authority, request, at, serial), "granted")


def require_policy(policy: str) -> None:
    """Return if a text is the number of a policy.

    Raises:
        UsageError: `pki.policy-invalid`.
    """
    if _POLICY.fullmatch(policy) is None:
        raise UsageError("pki.policy-invalid", policy=policy)
