"""Requests as values: what is to be sent, and whether it may be sent twice."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

__all__ = ["REPEATABLE", "Body", "Request", "StreamedBody"]

REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods whose repetition does no harm (RFC 9110, 9.2.2)."""


class StreamedBody(msgspec.Struct, frozen=True):
    """A body in pieces. `source` opens it anew for each try; it must give exactly `length` bytes."""

    source: Callable[[], Iterator[bytes]]
    length: int


Body = bytes | StreamedBody | None


class Request(msgspec.Struct, frozen=True):
    """One HTTP request.

    `url` is absolute. `repeatable` overrides what the method says of itself.
    """

    method: str
    url: str
    headers: Mapping[str, str] = {}
    body: Body = None
    repeatable: bool | None = None

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice does no harm."""
        return self.method in REPEATABLE if self.repeatable is None else self.repeatable
