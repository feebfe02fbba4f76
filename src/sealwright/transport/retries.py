"""When a request is tried again and how long to wait before.

Tried again are requests whose repetition does no harm, after 429, 502, 503 and 504 and after a connection
that the peer dropped. The wait is what Retry-After says, else it grows with decorrelated jitter: each is
drawn between the shortest and three times the one before, so that clients do not come back in step.
"""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import msgspec

from sealwright import limits

__all__ = ["RETRIED", "Backoff", "RetryPolicy", "retry_after"]

RETRIED = frozenset({429, 502, 503, 504})
"""Statuses that a repetition may mend (RFC 9110, 15.6; RFC 6585, 4)."""


class RetryPolicy(msgspec.Struct, frozen=True):
    """How often and how patiently. Times are in seconds."""

    tries: int = limits.REQUEST_TRIES
    shortest: float = 0.2
    longest: float = 10.0


class Backoff:
    """The waits of one request.

    Args:
        policy: their bounds.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._last = policy.shortest

    def next(self) -> float:
        """Seconds to wait before the next try."""
        import random  # noqa: PLC0415  # most requests succeed at once

        drawn = random.uniform(self._policy.shortest, self._last * 3)  # noqa: S311  # spreads load
        self._last = min(self._policy.longest, drawn)
        return self._last


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that an answer asks us to wait (RFC 9110, 10.2.3); None if it does not say.

    A date is compared with the answer's own Date, so that a wrong clock here does not matter.

    Args:
        headers: of the answer, with names in lower case.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
    try:
        since = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        since = time.time()
    return max(0.0, until - since)
