"""Bounds on connections and on the head of a request, which httptools and uvicorn read without any.

What counts is the bytes since the parser last got somewhere: to the end of a head, or on in a body. More
than `limits.REQUEST_HEAD_BYTES` of them (one read beyond may pass), or a silence among them, end the
connection.

What the parser lets pass and two readers could take for two things is refused here (RFC 9112, sections 2.3,
3.2, 6.1 and 7): a version that is not 1.0 or 1.1, HTTP/1.1 without exactly one Host that can be one, a target
with a fragment or with user and password, and transfer codings but `chunked`, which HTTP/1.0 has not.
"""

import asyncio
import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from sealwright import limits
from sealwright.service.connections import Connections

__all__ = ["BoundedHeadProtocol", "bounded"]

_HOST = re.compile(rb"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])?(?::[0-9]{0,5})?")
_USER = re.compile(rb"[^/?]+//[^/?]*@")
_VERSIONS = ("1.0", "1.1")
_REFUSAL = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHeadProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose clients send their heads soon, and short."""

    patience: float = limits.BODY_PIECE_SECONDS
    """How many seconds a head may take, from its first byte or from the opening of the connection."""

    connections_allowed: Connections | None = None
    """Those of the server, if it bounds them."""

    _unfinished = 0
    _impatience: asyncio.TimerHandle | None = None
    _counted: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head, unless there are too many connections."""
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn names the narrower type
        if self.connections_allowed is not None:
            address = self.client[0] if self.client else ""
            refusal = self.connections_allowed.enter(address)
            if refusal is not None:
                self.transport.write(refusal)
                self.transport.close()
                return
            self._counted = address
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._got_on()
        if self.connections_allowed is not None and self._counted is not None:
            self.connections_allowed.leave(self._counted)
            self._counted = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, then look how far it got."""
        if self.transport.is_closing():
            return
        self._unfinished += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._unfinished > limits.REQUEST_HEAD_BYTES:
            self.transport.write(_REFUSAL)
            self.transport.close()
        elif self._unfinished and self._impatience is None:
            self._wait()

    def eof_received(self) -> None:
        """The client hung up: nobody reads the answer that is being made."""
        answering: RequestResponseCycle | None = self.cycle
        if answering is not None and not answering.response_complete:
            answering.disconnected = True
            answering.message_event.set()

    def on_headers_complete(self) -> None:
        """The head ended."""
        self._got_on()
        _require_plain(self.parser.get_http_version(), self.url, self.headers)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """The body goes on."""
        self._got_on()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request ended."""
        self._got_on()
        super().on_message_complete()

    def _wait(self) -> None:
        self._impatience = self.loop.call_later(self.patience, self._give_up)

    def _got_on(self) -> None:
        self._unfinished = 0
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None

    def _give_up(self) -> None:
        self._impatience = None
        answering: RequestResponseCycle | None = (
            self.cycle
        )  # uvicorn's type leaves out that it begins as None
        if answering is not None and not answering.response_complete:
            self._wait()  # the next head may wait for the answer before it
        else:
            self.transport.close()


def _require_plain(version: str, target: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    """Return if every reader takes a head for the same; the parser answers 400 where this raises.

    Raises:
        ValueError: two could take it for two things.
    """
    if version not in _VERSIONS:
        raise ValueError(version)
    if b"#" in target or _USER.match(target):
        raise ValueError(target)
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) > 1 or (version == "1.1" and not hosts) or not all(map(_HOST.fullmatch, hosts)):
        raise ValueError(hosts)
    codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
    if codings and (codings != [b"chunked"] or version == "1.0"):
        raise ValueError(codings)


def bounded(connections: Connections, patience: float) -> type[BoundedHeadProtocol]:
    """The protocol of one server.

    Args:
        connections: those of the server.
        patience: how many seconds a head may take.
    """

    class Bounded(BoundedHeadProtocol):
        """With what this server bounds."""

    Bounded.patience = patience
    Bounded.connections_allowed = connections
    return Bounded
