"""One line in the log for each request.

Secrets are in header fields and query parameters: of the first, only the user agent is written; of the
second, the values of those that are known to hold none.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import parse_qsl

import msgspec

from sealwright import limits

__all__ = ["RequestLine", "Tell", "agent", "query", "shown", "stamp"]

_PLAIN = frozenset(
    {
        "account", "action", "actor", "artifactType", "digest", "digest-algorithm", "format", "from", "last",
        "limit", "mount", "n", "reason", "repository", "scope", "service", "since", "subject", "tag", "until",
    }
)  # fmt: skip
_HIDDEN = "…"
_MOST_PARAMETERS = 32
_SECRET = re.compile(r"(?i)(bearer|basic)\s+\S+|://[^/@\s]+@")


class RequestLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is told of a request that has ended."""

    time: str
    level: str
    request: str
    client: str
    account: str
    method: str
    path: str
    status: int
    ms: float
    received: int
    sent: int
    query: str = ""
    agent: str = ""
    reason: str = ""

    def text(self) -> str:
        """For people."""
        query = f"?{self.query}" if self.query else ""
        reason = f" {self.reason}" if self.reason else ""
        return (
            f"{self.time} {self.level} {self.client} {self.account or '-'} {self.method} {self.path}{query} "
            f"{self.status}{reason} {self.ms} ms in {self.received} out {self.sent} request {self.request}"
        )


Tell = Callable[[RequestLine], None]


def stamp(at: float) -> str:
    """A time in seconds since 1970 as it is written in the log: in UTC, to the millisecond."""
    whole = int(at)
    return f"{_second(whole)}.{int((at - whole) * 1000):03}Z"


@lru_cache(maxsize=2)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def shown(text: str) -> str:
    """A text of a client's: bounded, and with whatever does not print escaped."""
    text = text[: limits.LOGGED_LENGTH]
    return text if text.isprintable() else text.encode("unicode_escape").decode()


@lru_cache(maxsize=256)
def agent(given: bytes) -> str:
    """What a client calls itself, without the credentials that some put there by mistake."""
    return shown(_SECRET.sub(_HIDDEN, given.decode("latin-1")))


def query(given: bytes) -> str:
    """A query without the values that may be secret."""
    if not given:
        return ""
    try:
        pairs = parse_qsl(given.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return _HIDDEN
    return shown("&".join(f"{name}={value if name in _PLAIN else _HIDDEN}" for name, value in pairs))
