"""Upload sessions: the state machine of a push in parts (distribution-spec, "Pushing a blob in chunks").

    POST            → resting, 0 bytes
    resting, PATCH  → receiving → resting, with the chunk          202
                                → resting, without it              client gone, late, chunk of a wrong length
                    → resting                                      416 if the chunk is out of order
    resting, PUT    → receiving → ended, blob kept                 201
                                → resting, without the last chunk  as above
                                → ended, nothing kept              400 if the digest lies
    resting, DELETE → ended, nothing kept                          204
    receiving, any  → receiving                                    409; GET answers as for resting
    resting for `limits.UPLOAD_SESSION_SECONDS` → ended, nothing kept

A chunk counts when all of it is durable and the row of its upload says so. A row moves on only from where
the chunk began, so that of two servers that take a chunk for the same place, one is told 409 and its chunk
is forgotten. Within one server the second is told so before it sends anything.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sealwright import limits
from sealwright.errors import EnvironmentalError, UsageError

__all__ = ["Claims"]


class Claims:
    """What this server is receiving. Only for the event loop's thread."""

    def __init__(self) -> None:
        self._claimed: set[str] = set()
        self._arriving = 0

    @contextmanager
    def claim(self, identifier: str) -> Iterator[None]:
        """Hold an upload for one request.

        Raises:
            UsageError: `service.upload-busy`.
        """
        if identifier in self._claimed:
            raise UsageError("service.upload-busy", upload=ascii(identifier[:100]))
        self._claimed.add(identifier)
        try:
            yield
        finally:
            self._claimed.discard(identifier)

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """Count one blob or manifest that is being received.

        Raises:
            EnvironmentalError: `service.busy`.
        """
        if self._arriving >= limits.UPLOADS_AT_ONCE:
            raise EnvironmentalError("service.busy", most=limits.UPLOADS_AT_ONCE, what="pushes")
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1
