"""A receiver of webhooks, which answers as a test wants and remembers what came."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from world.served import Served

__all__ = ["Came", "Receiver"]


class Came(NamedTuple):
    """One request: its header fields in lower case, its body, and the path."""

    fields: dict[str, str]
    body: bytes
    path: str

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class Receiver(Served):
    """Listens on 127.0.0.1.

    Args:
        port: a certain one, of a receiver that was there before.

    Attributes:
        answers: statuses of the next answers; 200 when there are none left. 302 leads to `/elsewhere`.
        came: every request.
        pause: seconds before each answer; it ends when the receiver is stopped.
    """

    def __init__(self, port: int = 0) -> None:
        self.answers: list[int] = []
        self.came: list[Came] = []
        self.pause = 0.0
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fields = {name.lower(): value for name, value in self.headers.items()}
                with receiver._lock:
                    receiver.came.append(Came(fields, body, self.path))
                    status = receiver.answers.pop(0) if receiver.answers else 200
                receiver._stopped.wait(receiver.pause)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        ThreadingHTTPServer.allow_reuse_address = True
        super().__init__(ThreadingHTTPServer(("127.0.0.1", port), Handler))

    def go_on(self) -> None:
        """Give the answers that it still owes."""
        self._stopped.set()

    def stop(self) -> None:
        """End it."""
        self.go_on()
        super().stop()

    def waited_for(self, count: int, seconds: float = 30) -> list[Came]:
        """What came, once there is so much of it."""
        end = time.monotonic() + seconds
        while len(self.came) < count:
            if time.monotonic() > end:
                raise TimeoutError([one.json["event"] for one in self.came])
            time.sleep(0.02)
        return list(self.came)
