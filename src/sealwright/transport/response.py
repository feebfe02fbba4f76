"""Answers: head at once, body in pieces, connection back to the pool when the body has been read."""

from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from types import TracebackType
from typing import Self

from sealwright import limits
from sealwright.errors import NetworkError
from sealwright.transport.connection import Connection
from sealwright.transport.failures import translate

__all__ = ["Response"]


class Response:
    """One answer. Use it as a context manager, or read it to its end.

    Attributes:
        status: the status code.
        headers: by their names in lower case; repeated ones are joined with a comma.
        url: of the request that was answered, after redirects.
    """

    def __init__(
        self, raw: HTTPResponse, connection: Connection, url: str, release: Callable[[Connection, bool], None]
    ) -> None:
        self.status = raw.status
        self.url = url
        self.headers: dict[str, str] = {}
        for name, value in raw.headers.items():
            key = name.lower()
            self.headers[key] = f"{self.headers[key]}, {value}" if key in self.headers else value
        self._raw = raw
        self._connection = connection
        self._release: Callable[[Connection, bool], None] | None = release
        if raw.isclosed() or raw.length == 0:
            self._finish()

    @property
    def length(self) -> int | None:
        """Content-Length in bytes; None if absent or not a number."""
        text = self.headers.get("content-length", "")
        return int(text) if text.isascii() and text.isdigit() else None

    @property
    def media_type(self) -> str:
        """Content-Type in lower case without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def pieces(self, size: int = limits.BLOB_PIECE_BYTES) -> Iterator[bytes]:
        """The body in pieces of at most `size` bytes. Stopping early closes the connection.

        Raises:
            NetworkError: `network.body-cut-short`, `network.timed-out`, `network.connection-lost`.
        """
        try:
            while self._release is not None:
                piece = self._read(size)
                if not piece:
                    break
                yield piece
        finally:
            self.close()

    def _read(self, size: int) -> bytes:
        if self._raw.isclosed():
            self._finish()
            return b""
        origin = self._connection.route.origin
        try:
            piece = self._raw.read(size)
            missing = self._raw.length
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            if isinstance(error, HTTPException | ValueError):  # a chunk that ends early or has no length
                raise NetworkError("network.body-cut-short", host=origin.authority) from None
            raise translate(error, origin) from None
        if not piece:
            if missing:
                self.close()
                raise NetworkError("network.body-cut-short", host=origin.authority)
            self._finish()
        return piece

    def read(self, limit: int) -> bytes:
        """The whole body.

        Args:
            limit: the most bytes taken.

        Raises:
            NetworkError: `network.answer-too-large` or as `pieces` does.
        """
        found = bytearray()
        for piece in self.pieces(min(limit + 1, limits.BLOB_PIECE_BYTES)):
            found += piece
            if len(found) > limit:
                self.close()
                error = NetworkError(
                    "network.answer-too-large", host=self._connection.route.origin.authority, limit=limit
                )
                error.retryable = False
                raise error
        return bytes(found)

    def beginning(self, limit: int) -> bytes:
        """At most the first `limit` bytes of the body; what goes wrong while reading ends it."""
        found = bytearray()
        try:
            for piece in self.pieces(limit):
                found += piece
                if len(found) >= limit:
                    break
        except NetworkError:
            pass
        return bytes(found[:limit])

    def discard(self) -> None:
        """Read and drop a short body, so that the connection can be used again; close on a long one."""
        self.beginning(limits.DISCARDED_BYTES)
        self.close()

    def _finish(self) -> None:
        """The body is complete: give the connection back."""
        release, self._release = self._release, None
        if release is not None:
            will_close = self._raw.will_close
            self._raw.close()
            release(self._connection, not will_close)

    def close(self) -> None:
        """Let go of the connection; it is closed unless the body had been read to its end."""
        release, self._release = self._release, None
        if release is not None:
            self._raw.close()
            release(self._connection, False)  # noqa: FBT003  # whether it can be kept

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
