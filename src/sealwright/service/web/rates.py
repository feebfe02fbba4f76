"""How often a client may ask: a bucket of tokens for each, filled by time and emptied by requests."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from sealwright import limits
from sealwright.errors import AccessDeniedError, EnvironmentalError
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Caller, Gate

__all__ = ["RatedGate", "Rates"]


class Rates:
    """The buckets. Only for the event loop's thread.

    Args:
        rate: tokens a second; 0 asks for none.
        burst_seconds: for how many seconds' worth of tokens a bucket has room; one token fits always.
        clock: the time in seconds, from whenever.
        most: how many buckets are remembered; those that were used longest ago are forgotten first.
    """

    def __init__(
        self,
        rate: float,
        burst_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        most: int = limits.RATES_REMEMBERED,
    ) -> None:
        self.rate = rate
        self._room = max(rate * burst_seconds, 1.0)
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, whose: str) -> None:
        """Take one token from a bucket.

        Raises:
            EnvironmentalError: `service.rate-exceeded`: it is empty.
        """
        if not self.rate:
            return
        at = self._clock()
        tokens, since = self._buckets.get(whose, (self._room, at))
        tokens = min(self._room, tokens + (at - since) * self.rate)
        if tokens < 1:
            wait = math.ceil((1 - tokens) / self.rate)
            raise EnvironmentalError("service.rate-exceeded", whose=whose, most=self.rate, seconds=wait)
        self._buckets[whose] = (tokens - 1, at)
        self._buckets.move_to_end(whose)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)


class RatedGate:
    """A gate that lets each account ask only so often. Whoever has no account is counted by address alone.

    Args:
        gate: finds out who asks.
        rates: by the name of the account.
    """

    def __init__(self, gate: Gate, rates: Rates) -> None:
        self._gate = gate
        self._rates = rates

    async def caller(self, asked: Asked) -> Caller:
        """Who asks; raises as the gate does, and `service.rate-exceeded`."""
        caller = await self._gate.caller(asked)
        if caller.kind != "anonymous":
            self._rates.take(caller.name)
        return caller

    def challenge(self, asked: Asked, error: AccessDeniedError) -> str:
        """That of the gate."""
        return self._gate.challenge(asked, error)
