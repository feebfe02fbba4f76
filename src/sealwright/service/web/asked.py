"""One request: the few things of it that routes look at, who sent it, and its body as it comes.

A body that was not read to its end is dealt with when the answer goes out (`answering`): the client that
is still sending must see the answer, and must not be able to keep us reading for ever.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from urllib.parse import parse_qs

from starlette.types import Receive, Scope

from sealwright import limits
from sealwright.errors import MalformedContentError, NetworkError, UsageError
from sealwright.service.web.caller import Caller
from sealwright.service.web.origin import current

__all__ = ["Asked", "Body"]

_NUMBER = re.compile(r"[0-9]{1,9}")


class Body:
    """The body of a request.

    `length` is what Content-Length announced, or None. `finished` says whether all of it was read.
    `withheld` says whether the client waits to be told to send it (Expect: 100-continue).
    """

    def __init__(self, headers: dict[bytes, bytes], receive: Receive, patience: float) -> None:
        length = headers.get(b"content-length")
        self.length = int(length) if length is not None else None
        self.finished = not self.length and b"transfer-encoding" not in headers
        self.withheld = not self.finished and headers.get(b"expect", b"").lower() == b"100-continue"
        self._receive = receive
        self._patience = patience

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes.

        Raises:
            NetworkError: `service.client-gone` or `service.body-late`.
        """
        self.withheld = False
        while not self.finished:
            try:
                async with asyncio.timeout(self._patience):
                    message = await self._receive()
            except TimeoutError:
                self.finished = True  # nothing more is waited for
                raise NetworkError("service.body-late", seconds=self._patience) from None
            if message["type"] == "http.disconnect":
                raise NetworkError("service.client-gone")
            self.finished = not message.get("more_body", False)
            piece: bytes = message.get("body", b"")
            if piece:
                yield piece

    async def read(self, most: int, code: str) -> bytes:
        """All of the body.

        Args:
            most: the most bytes that are taken.
            code: the reason code if there are more.

        Raises:
            MalformedContentError: `code`, before any byte is read if the announced length says so.
            NetworkError: as for `pieces`.
        """
        if self.length is not None and self.length > most:
            raise MalformedContentError(code, most=most)
        content = bytearray()
        async for piece in self.pieces():
            content += piece
            if len(content) > most:
                raise MalformedContentError(code, most=most)
        return bytes(content)

    async def discard(self, most: int) -> None:
        """Read and forget up to `most` bytes."""
        read = 0
        async for piece in self.pieces():
            read += len(piece)
            if read >= most:
                return

    async def gone(self) -> None:
        """Return when the client has hung up. Only for requests whose body is finished."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


class Asked:
    """A request: `method`, `path` (percent signs decoded), `body`, header fields and query parameters.

    `caller` is who sent it, once the gate has found out.
    """

    caller: Caller

    def __init__(self, scope: Scope, headers: dict[bytes, bytes], body: Body) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.body = body
        self._headers = headers
        query: bytes = scope["query_string"]
        self._query: dict[str, list[str]] = {}
        if query:
            try:
                self._query = parse_qs(
                    query.decode("latin-1"), keep_blank_values=True, max_num_fields=2 * limits.TAGS_PER_PUSH
                )
            except ValueError:
                raise UsageError(
                    "service.request-too-long", part="query", most=limits.REQUEST_HEAD_BYTES
                ) from None

    @property
    def address(self) -> str:
        """The address of the client; empty if it is not known."""
        return current.get().client

    def header(self, name: str) -> str | None:
        """The value of a header field, named in lower case; the last one if it stands several times."""
        value = self._headers.get(name.encode())
        return value.decode("latin-1") if value is not None else None

    def query(self, name: str) -> str | None:
        """The value of a query parameter; the first one if it stands several times."""
        values = self._query.get(name)
        return values[0] if values else None

    def queries(self, name: str) -> list[str]:
        """Every value of a query parameter, in order."""
        return self._query.get(name, [])

    @property
    def parameters(self) -> Mapping[str, list[str]]:
        """Every query parameter with its values."""
        return self._query

    def page_length(self, most: int, least: int = 0) -> int:
        """How many entries of a listing are wanted (`n`) and allowed.

        Args:
            most: the most that one answer has, and how many are sent if nothing else is wanted.
            least: the least that may be asked for.

        Raises:
            UsageError: `service.page-invalid`.
        """
        text = self.query("n")
        if text is None:
            return most
        if _NUMBER.fullmatch(text) is None or int(text) < least:
            raise UsageError("service.page-invalid", text=ascii(text[:50]))
        return min(int(text), most)

    def unsupported(self, allowed: str) -> UsageError:
        """The error for a method that does nothing here; `allowed` names those that do something."""
        return UsageError(
            "service.method-unsupported",
            method=ascii(self.method),
            path=ascii(self.path[:300]),
            allowed=allowed,
        )

    def require_reading(self) -> None:
        """Return if nothing is to be changed.

        Raises:
            UsageError: `service.method-unsupported`.
        """
        if self.method not in ("GET", "HEAD"):
            raise self.unsupported("GET, HEAD")

    def unchanged(self, etag: str) -> bool:
        """Whether the client already has the content of this entity tag (RFC 9110, section 13.1.2)."""
        given = self.header("if-none-match")
        return given is not None and etag in (part.strip().removeprefix("W/") for part in given.split(","))
