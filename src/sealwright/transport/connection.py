"""One connection: TCP, a proxy's tunnel, TLS, and one HTTP/1.1 exchange after the other (RFC 9112).

`http.client` speaks HTTP. Below it stands a socket that looks at the deadline of the call before each wait,
so that a peer that trickles bytes cannot stretch a call, and that counts the bytes of headers.
"""

import io
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any

import msgspec

from sealwright import limits
from sealwright.errors import InternalError, NetworkError
from sealwright.transport.deadline import Deadline
from sealwright.transport.dialling import dialled
from sealwright.transport.failures import is_lost, translate
from sealwright.transport.message import Request, StreamedBody
from sealwright.transport.origin import Origin
from sealwright.transport.proxies import Proxy

if TYPE_CHECKING:
    import ssl

__all__ = ["Connection", "Route"]

_BUFFER_BYTES = 64 * 1024


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
        self._timed = _TimedSocket(sock)
        self._http = HTTPConnection(origin.host, origin.port)
        self._http.auto_open = 0
        self._http.sock = self._timed

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
        except (OSError, HTTPException) as error:
            raise translate(error, origin) from None
        except ValueError as error:  # a name that cannot be in a certificate, such as `.example`
            raise translate(HTTPException(str(error)), origin) from None
        return sock

    def exchange(self, request: Request, target: str, deadline: Deadline) -> HTTPResponse:
        """Send a request and read the head of its answer.

        Args:
            request: its headers are sent as they are.
            target: of the request line.
            deadline: of the call; it also bounds reading the body later.

        Raises:
            NetworkError: `network.connection-lost` if it may help to try again, and others.
        """
        self._timed.deadline = deadline
        self.used = True
        try:
            self._send_head(request, target)
            complete = self._send_body(request)
            self._timed.budget = limits.HEADER_BYTES
            answer = self._http.getresponse()
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            # ValueError: a header or target that http.client refuses to put on the wire
            known = error if isinstance(error, OSError | HTTPException) else HTTPException(str(error))
            raise translate(known, self.route.origin) from None
        except BaseException:
            self.close()
            raise
        self._timed.budget = None
        if not complete:
            answer.will_close = True
        return answer

    def _send_head(self, request: Request, target: str) -> None:
        origin, proxy = self.route.origin, self.route.proxy
        plain_proxy = proxy if origin.scheme == "http" else None
        if plain_proxy:
            target = f"{origin}{target}"
        http = self._http
        http.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
        http.putheader("Host", origin.authority)
        if plain_proxy and plain_proxy.authorization:
            http.putheader("Proxy-Authorization", plain_proxy.authorization)
        for name, value in request.headers.items():
            http.putheader(name, value)
        if request.body is None:
            if request.method in ("POST", "PUT", "PATCH"):
                http.putheader("Content-Length", "0")
            http.endheaders()
        elif isinstance(request.body, StreamedBody):
            http.putheader("Content-Length", str(request.body.length))
            http.endheaders()
        else:
            http.putheader("Content-Length", str(len(request.body)))
            http.endheaders(request.body)

    def _send_body(self, request: Request) -> bool:
        """Send a streamed body; false if the peer stopped listening, perhaps to answer early."""
        body = request.body
        if not isinstance(body, StreamedBody):
            return True
        sent = 0
        pieces = body.source()
        try:
            for piece in _cut(pieces):
                sent += len(piece)
                self._http.send(piece)
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
        """Whether it can take another request, as far as can be told from here.

        A peer that hung up, or that sent something nobody asked for, makes the socket readable.
        """
        if self._http.sock is None or time.monotonic() - self.idle_since > limits.IDLE_CONNECTION_SECONDS:
            return False
        self._timed.sock.settimeout(0)
        try:
            self._timed.sock.recv(1)
        except (BlockingIOError, InterruptedError):
            return True
        except OSError as error:
            return type(error).__name__ == "SSLWantReadError"
        return False

    def close(self) -> None:
        """Close it; harmless if done twice."""
        self._http.close()
        self._timed.close()


class _TimedSocket:
    """What `http.client` needs of a socket, with the deadline looked at before each wait."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.deadline = Deadline(None)
        self.budget: int | None = None

    def sendall(self, data: Any) -> None:
        self.sock.settimeout(self.deadline.timeout(limits.SILENCE_SECONDS))
        self.sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return io.BufferedReader(_TimedReader(self, self.sock.makefile("rb", buffering=0)), _BUFFER_BYTES)

    def close(self) -> None:
        self.sock.close()


class _TimedReader(io.RawIOBase):
    """The receiving side: each read waits no longer than the deadline allows."""

    def __init__(self, timed: _TimedSocket, raw: Any) -> None:
        self._timed = timed
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        timed = self._timed
        timed.sock.settimeout(timed.deadline.timeout(limits.SILENCE_SECONDS))
        count: int = self._raw.readinto(buffer) or 0
        if timed.budget is not None:
            if not count:  # http.client would take half a head for a whole one
                raise ConnectionResetError("the connection ended within the head of the answer")
            timed.budget -= count
            if timed.budget < 0:
                raise HTTPException(f"the headers of the answer exceed {limits.HEADER_BYTES} bytes")
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def _tunnel(sock: socket.socket, proxy: Proxy, origin: Origin, deadline: Deadline) -> None:
    """Have the proxy connect us through (RFC 9110, 9.3.6)."""
    end = f"{f'[{origin.host}]' if ':' in origin.host else origin.host}:{origin.port}"
    lines = [f"CONNECT {end} HTTP/1.1", f"Host: {end}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    timed = _TimedSocket(sock)
    timed.deadline = deadline
    timed.budget = limits.HEADER_BYTES
    timed.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
    answer = HTTPResponse(timed, method="CONNECT")  # type: ignore[arg-type]  # all that it uses of a socket
    try:
        answer.begin()
        if answer.status != 200:  # noqa: PLR2004  # OK
            raise NetworkError(
                "network.proxy-refused", host=origin.authority, proxy=proxy.host, status=answer.status
            )
    finally:
        answer.close()


def _cut(pieces: Iterator[bytes]) -> Iterator[memoryview]:
    """Pieces of bounded size, so that each is sent within the silence that is allowed."""
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), limits.BLOB_PIECE_BYTES):
            yield view[start : start + limits.BLOB_PIECE_BYTES]
