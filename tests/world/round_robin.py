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
        answered: how many requests each replica has answered.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        turns = itertools.cycle(range(len(ports)))
        lock = threading.Lock()
        self.answered = answered = [0] * len(ports)

        def choose() -> int:
            with lock:
                turn = next(turns)
                answered[turn] += 1
            return ports[turn]

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _pass_on(self) -> None:
                connection = http.client.HTTPConnection("127.0.0.1", choose(), timeout=60)
                with closing(connection):
                    connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                    for name, value in self.headers.items():
                        connection.putheader(name, value)
                    connection.putheader("X-Forwarded-For", self.client_address[0])
                    chunked = "transfer-encoding" in self.headers
                    connection.endheaders(self._body(), encode_chunked=chunked)
                    self._answer(connection.getresponse())

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
                chunked = response.chunked
                while piece := response.read(_PIECE):
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                if chunked:
                    self.wfile.write(b"0\r\n\r\n")

            def log_message(self, *_arguments: object) -> None:
                """Nothing is told."""

        super().__init__(_Server(("127.0.0.1", 0), Handler))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
