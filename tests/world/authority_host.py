"""A host of responders and revocation lists, on 127.0.0.1: it answers as told, well or badly.

with AuthorityHost() as host:
    host.answers["/crl"] = lambda asked: Reply(crl)
    host.answers["/ocsp"] = lambda asked: Reply(revocation.ocsp(...))
"""

import base64
import http.client
import socket
import threading
import time
from collections.abc import Callable
from typing import BinaryIO, NamedTuple
from urllib.parse import unquote

from world.served import Served, connections

__all__ = ["AuthorityHost", "Reply", "Request"]


class Request(NamedTuple):
    """What was asked. `content` is an OCSP request, whichever way it came; empty for lists."""

    method: str
    path: str
    content: bytes


class Reply(NamedTuple):
    """How it is answered. `delay` is before the head; `drip` seconds between any two bytes of the body.

    `endless`: the body has no end. `location`: of a redirect.
    """

    content: bytes = b""
    status: int = 200
    delay: float = 0
    drip: float = 0
    endless: bool = False
    location: str = ""


class AuthorityHost(Served):
    """The host. Paths that nobody told it about are answered with 404.

    Attributes:
        answers: what gives the reply, by the beginning of a path; the longest that fits.
        asked: every request, in the order of arrival.
    """

    def __init__(self, port: int = 0) -> None:
        self.answers: dict[str, Callable[[Request], Reply]] = {}
        self.asked: list[Request] = []
        self._lock = threading.Lock()
        super().__init__(connections(self._serve, port))

    def url(self, path: str) -> str:
        """The URL of a path here."""
        return f"http://{self.address}{path}"

    def say(self, path: str, content: bytes) -> None:
        """Answer with these bytes from now on, whatever is asked below a path."""
        self.answers[path] = lambda _: Reply(content)

    def count(self, prefix: str) -> int:
        """How many requests there were below a path."""
        return sum(asked.path.startswith(prefix) for asked in self.asked)

    def _serve(self, client: socket.socket) -> None:
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with client.makefile("rb") as reader:
                while self._answer(client, reader):
                    pass
        except OSError:
            pass  # a client that hangs up

    def _answer(self, client: socket.socket, reader: BinaryIO) -> bool:
        line = reader.readline().decode()
        if not line:
            return False
        headers = http.client.parse_headers(reader)
        method, target, _ = line.split(" ", 2)
        body = reader.read(int(headers.get("Content-Length", "0")))
        prefix = max((one for one in self.answers if target.startswith(one)), key=len, default=None)
        if method == "GET" and prefix is not None and len(target) > len(prefix) + 1:
            body = base64.b64decode(unquote(target[len(prefix) + 1 :]))
        asked = Request(method, target, body)
        with self._lock:
            self.asked.append(asked)
        reply = Reply(status=404) if prefix is None else self.answers[prefix](asked)
        time.sleep(reply.delay)
        length = "" if reply.endless else f"Content-Length: {len(reply.content)}\r\n"
        location = f"Location: {reply.location}\r\n" if reply.location else ""
        client.sendall(f"HTTP/1.1 {reply.status} Said\r\n{location}{length}\r\n".encode())
        if reply.drip:
            for place in range(len(reply.content)):
                client.sendall(reply.content[place : place + 1])
                time.sleep(reply.drip)
        else:
            client.sendall(reply.content)
        while reply.endless:
            client.sendall(b"\0" * 65536)
        return True
