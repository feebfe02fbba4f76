"""A client that goes through the tunnel of a service, and shows exactly what came back."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from world.wire import Answer

__all__ = ["TunnelClient"]


class TunnelClient:
    """Requests through one tunnel, a new connection for each.

    Args:
        tunnel: `127.0.0.1:PORT`.
        authority: PEM of what is trusted for the names behind it.
    """

    def __init__(self, tunnel: str, authority: str) -> None:
        host, _, port = tunnel.removeprefix("http://").rpartition(":")
        self.place = (host, int(port))
        self.context = ssl.create_default_context(cadata=authority)

    def raw(self) -> socket.socket:
        """A connection to write bytes to."""
        return socket.create_connection(self.place, timeout=30)

    def said(self, sent: bytes) -> bytes:
        """All that the tunnel says to some bytes, until it hangs up."""
        with self.raw() as connection:
            connection.sendall(sent)
            return b"".join(iter(lambda: connection.recv(4096), b""))

    @contextmanager
    def through(self, host: str, port: int = 443) -> Iterator[ssl.SSLSocket]:
        """A TLS connection to a name behind the tunnel."""
        with self.raw() as connection:
            connection.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            said = b""
            while not said.endswith(b"\r\n\r\n"):
                piece = connection.recv(1)
                assert piece, said
                said += piece
            assert said.startswith(b"HTTP/1.1 200 "), said
            with self.context.wrap_socket(connection, server_hostname=host) as secured:
                yield secured

    def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request to an `https` URL through the tunnel, verified."""
        host, _, path = url.removeprefix("https://").partition("/")
        connection = http.client.HTTPSConnection(*self.place, context=self.context, timeout=30)
        connection.set_tunnel(host, 443)
        with closing(connection):
            connection.request(method, f"/{path}", body or None, dict(headers or {}))
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, fields, response.read())
