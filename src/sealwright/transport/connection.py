"""One connection: TCP, a proxy's tunnel, TLS, and one HTTP/1.1 exchange after the other (RFC 9112)."""

import socket
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from sealwright import limits
from sealwright.errors import InternalError, NetworkError
from sealwright.transport.deadline import Deadline
from sealwright.transport.dialling import dialled
from sealwright.transport.failures import is_lost, translate
from sealwright.transport.http1 import Answer, ProtocolError, read_answer, request_head
from sealwright.transport.message import Request, StreamedBody
from sealwright.transport.origin import Origin
from sealwright.transport.proxies import Proxy
from sealwright.transport.wire import Wire

if TYPE_CHECKING:
    import ssl

__all__ = ["Connection", "Route"]

_OK = 200


class Route(msgspec.Struct, frozen=True):
    """How an origin is reached."""

    origin: Origin
    proxy: Proxy | None = None
    insecure: bool = False


class Connection:
    """An open connection.

    Args:
        route: where to and how.
        context: for https.
        deadline: of the call that opens it.

    Raises:
        NetworkError: `network.refused`, `network.unknown-host`, `network.tls-not-trusted` and others.
    """

    def __init__(self, route: Route, context: "ssl.SSLContext | None", deadline: Deadline) -> None:
        self.route = route
        self.used = False
        self.idle_since = 0.0
        origin = route.origin
        end = route.proxy or origin
        try:
            sock = dialled(end.host, end.port, deadline)
        except OSError as error:
            where = Origin("http", route.proxy.host, route.proxy.port) if route.proxy else origin
            raise translate(error, where) from None
        try:
            sock = self._secure(sock, context, deadline)
        except BaseException:
            sock.close()
            raise
        self._wire = Wire(sock, deadline)

    def _secure(
        self, sock: socket.socket, context: "ssl.SSLContext | None", deadline: Deadline
    ) -> socket.socket:
        origin = self.route.origin
        try:
            if self.route.proxy and origin.scheme == "https":
                _tunnel(sock, self.route.proxy, origin, deadline)
            if context is not None:
                sock.settimeout(deadline.timeout(limits.SILENCE_SECONDS))
                return context.wrap_socket(sock, server_hostname=origin.host.encode())
        except (OSError, ProtocolError) as error:
            raise translate(error, origin) from None
        except ValueError as error:  # a name that cannot be in a certificate, such as `.example`
            raise translate(ProtocolError(str(error)), origin) from None
        return sock

    def exchange(self, request: Request, target: str, deadline: Deadline) -> Answer:
        """Send a request and read the head of its answer.

        Args:
            request: its headers are sent as they are.
            target: of the request line.
            deadline: of the call; it also bounds reading the body later.

        Raises:
            NetworkError: `network.connection-lost` if it may help to try again, and others.
        """
        self._wire.deadline = deadline
        self.used = True
        try:
            self._wire.send(self._head(request, target))
            complete = self._send_body(request)
            self._wire.budget = limits.HEADER_BYTES
            answer = read_answer(self._wire, request.method)
        except (OSError, ProtocolError) as error:
            self.close()
            raise translate(error, self.route.origin) from None
        except BaseException:
            self.close()
            raise
        self._wire.budget = None
        answer.keeps = answer.keeps and complete
        return answer

    def _head(self, request: Request, target: str) -> bytes:
        origin, proxy = self.route.origin, self.route.proxy
        fields = [("Host", origin.authority)]
        if proxy and origin.scheme == "http":
            target = f"{origin}{target}"
            if proxy.authorization:
                fields.append(("Proxy-Authorization", proxy.authorization))
        fields += request.headers.items()
        body = request.body
        if isinstance(body, StreamedBody):
            fields.append(("Content-Length", str(body.length)))
        elif body is not None or request.method in ("POST", "PUT", "PATCH"):
            fields.append(("Content-Length", str(len(body or b""))))
        return request_head(request.method, target, fields)

    def _send_body(self, request: Request) -> bool:
        """Send the body; false if the peer stopped listening to one in pieces, perhaps to answer early."""
        body = request.body
        if not isinstance(body, StreamedBody):
            if body:
                self._wire.send(body)
            return True
        sent = 0
        pieces = body.source()
        try:
            for piece in _cut(pieces):
                sent += len(piece)
                self._wire.send(piece)
        except OSError as error:
            if is_lost(error):
                return False
            raise
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        if sent != body.length:
            raise InternalError(
                "internal.unexpected", problem=f"a body of {body.length} bytes gave {sent} bytes"
            )
        return True

    @property
    def reusable(self) -> bool:
        """Whether it can take another request, as far as can be told from here."""
        return time.monotonic() - self.idle_since <= limits.IDLE_CONNECTION_SECONDS and self._wire.is_quiet

    def close(self) -> None:
        """Close it; harmless if done twice."""
        self._wire.close()


def _tunnel(sock: socket.socket, proxy: Proxy, origin: Origin, deadline: Deadline) -> None:
    """Have the proxy connect us through (RFC 9110, 9.3.6)."""
    end = f"{f'[{origin.host}]' if ':' in origin.host else origin.host}:{origin.port}"
    lines = [f"CONNECT {end} HTTP/1.1", f"Host: {end}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    wire = Wire(sock, deadline)
    wire.budget = limits.HEADER_BYTES
    wire.send("\r\n".join([*lines, "", ""]).encode("latin-1"))
    status = read_answer(wire, "CONNECT").status
    if status != _OK:
        raise NetworkError("network.proxy-refused", host=origin.authority, proxy=proxy.host, status=status)
    if not wire.is_quiet:  # it would be lost, and the origin does not speak first
        raise ProtocolError("the proxy says more than it was asked")


def _cut(pieces: Iterator[bytes]) -> Iterator[memoryview]:
    """Pieces of bounded size, so that each is sent within the silence that is allowed."""
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), limits.BLOB_PIECE_BYTES):
            yield view[start : start + limits.BLOB_PIECE_BYTES]
