"""A balancer before several replicas: each request goes to the next one, whatever connection it came on."""

import http.client
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from world.served import Served

__all__ = ["RoundRobin"]

_PIECE = 256 * 1024


class RoundRobin(Served):
    """The balancer, on 127.0.0.1 and a free port.

    Args:
        ports: of the replicas.

    Attributes:
        answered: how many requests each replica was given.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        server = _Server(ports)
        self.answered = server.answered
        super().__init__(server)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, ports: Sequence[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answered = [0] * len(ports)
        self._ports = ports
        self._turns = itertools.cycle(range(len(ports)))
        self._lock = threading.Lock()

    def choose(self) -> int:
        """The port of the replica whose turn it is."""
        with self._lock:
            turn = next(self._turns)
            self.answered[turn] += 1
        return self._ports[turn]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _pass_on(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.choose(), timeout=60)) as replica:
            replica.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                replica.putheader(name, value)
            replica.putheader("X-Forwarded-For", self.client_address[0])
            replica.endheaders(self._body(), encode_chunked="transfer-encoding" in self.headers)
            self._answer(replica.getresponse())

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on  # noqa: N815  # their names

    def _body(self) -> Iterator[bytes]:
        """The body as it comes, without the marks of chunks."""
        if "transfer-encoding" in self.headers:
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return
        left = int(self.headers.get("content-length", "0"))
        while left and (piece := self.rfile.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece

    def _answer(self, response: http.client.HTTPResponse) -> None:
        self.send_response_only(response.status, response.reason)
        for name, value in response.getheaders():
            self.send_header(name, value)
        self.end_headers()
        while piece := response.read(_PIECE):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if response.chunked else piece)
        if response.chunked:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_arguments: object) -> None:
        """Nothing is told."""
