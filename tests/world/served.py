"""What runs until it is told to stop: the `with` block of it, and socket servers in a thread of their own."""

import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from socketserver import BaseRequestHandler, TCPServer, ThreadingTCPServer
from types import TracebackType
from typing import Self

__all__ = ["Served", "Stoppable", "connections"]


class Stoppable(ABC):
    """Runs until `stop`, or until its `with` block ends."""

    @abstractmethod
    def stop(self) -> None:
        """End it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Served(Stoppable):
    """A socket server that was bound and is now served.

    Attributes:
        port: where it listens, on 127.0.0.1.
        address: the same, as `127.0.0.1:PORT`.
    """

    def __init__(self, server: TCPServer) -> None:
        self._server = server
        self.port: int = server.socket.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def connections(serve: Callable[[socket.socket], None], port: int = 0) -> ThreadingTCPServer:
    """A server on 127.0.0.1 that hands each connection to a function, in a thread of its own.

    Args:
        serve: the connection is closed when it returns.
        port: a certain one; else any that is free.
    """

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            serve(self.request)

    class Server(ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False
        allow_reuse_address = True
        request_queue_size = 128

    return Server(("127.0.0.1", port), Handler)
