"""A real HTTP server whose every answer a test writes, down to lies about lengths and dropped connections."""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any, NamedTuple

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from world.served import Served

__all__ = ["HostileRegistry", "Reply", "Seen"]


class Seen(NamedTuple):
    """A request as it arrived. `headers` are by lower-case name; `path` is without the query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"


class Reply(NamedTuple):
    """An answer.

    `length` is the Content-Length told, if not the true one. `drop` closes the connection without a word.
    `raw` is sent instead of everything else. `endless` is repeated for as long as somebody listens. `trickle`
    waits so many seconds before each byte. `unread` answers without reading the request's body.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    length: int | None = None
    drop: bool = False
    raw: bytes | None = None
    endless: bytes = b""
    trickle: float = 0
    delay: float = 0
    unread: bool = False
    close: bool = False


Answer = Reply | Callable[[Seen], Reply]


class HostileRegistry(Served):
    """The server, on 127.0.0.1 and a free port.

    Attributes:
        address: `127.0.0.1:PORT`.
        seen: every request, in the order of arrival.
        connections: how many were made.
        gate: looks at each request first; what it gives is the answer.
    """

    def __init__(self, context: SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        self.gate: Callable[[Seen], Reply | None] = lambda _: None
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self._patterns: list[tuple[re.Pattern[str], Answer]] = []
        self._lock = threading.Lock()
        server = _Server(self)
        if context is not None:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        super().__init__(server)
        self.url = f"{'http' if context is None else 'https'}://{self.address}"

    @property
    def lines(self) -> list[str]:
        """The requests as `METHOD target`."""
        return [seen.line for seen in self.seen]

    def on(self, line: str, *answers: Answer) -> None:
        """Answer requests `METHOD target` (or without its query) one after the other; the last one stays."""
        self._answers[line] = list(answers)

    def on_match(self, pattern: str, answer: Answer) -> None:
        """Answer requests whose whole `METHOD target` matches, if nothing more exact is set."""
        self._patterns.append((re.compile(pattern), answer))

    def hold(self, path: str, content: bytes, media_type: str, *tags: str) -> Descriptor:
        """Hold a manifest."""
        digest = Digest.of(content)
        headers = {"Content-Type": media_type, "Docker-Content-Digest": digest}
        for selector in (digest, *tags):
            self.on(f"GET /v2/{path}/manifests/{selector}", Reply(200, content, headers))
            self.on(f"HEAD /v2/{path}/manifests/{selector}", Reply(200, content, headers))
        return Descriptor(media_type, digest, len(content))

    def hold_blob(self, path: str, content: bytes) -> Descriptor:
        """Hold a blob."""
        media_type = "application/octet-stream"
        digest = Digest.of(content)
        for method in ("GET", "HEAD"):
            self.on(f"{method} /v2/{path}/blobs/{digest}", Reply(200, content))
        return Descriptor(media_type, digest, len(content))

    def answer(self, seen: Seen) -> Reply:
        """What to say to a request; 404 if nothing was set."""
        with self._lock:
            self.seen.append(seen)
            found = self._next(seen)
        gated = self.gate(seen)
        if gated is not None:
            return gated
        return found(seen) if callable(found) else found

    def is_unread(self, line: str) -> bool:
        """Whether the next answer to a request does not wait for its body."""
        with self._lock:
            answers = self._answers.get(line) or self._answers.get(line.partition("?")[0]) or [Reply()]
            return isinstance(answers[0], Reply) and answers[0].unread

    def _next(self, seen: Seen) -> Answer:
        for line in (seen.line, f"{seen.method} {seen.path}"):
            answers = self._answers.get(line)
            if answers:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        for pattern, answer in self._patterns:
            if pattern.fullmatch(seen.line):
                return answer
        return Reply(404)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, registry: HostileRegistry) -> None:
        self.registry = registry
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what many tests want."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        self.server.registry.connections += 1
        super().setup()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name in the parent class
        pass

    def _respond(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = int(headers.get("content-length", 0))
        unread = self.server.registry.is_unread(f"{self.command} {self.path}")
        body = b"" if unread else self.rfile.read(length)
        reply = self.server.registry.answer(Seen(self.command, self.path, headers, body))
        time.sleep(reply.delay)
        if reply.drop:
            self.close_connection = True
            return
        if reply.raw is not None:
            self._write(reply.raw, reply.trickle)
            self.close_connection = True
            return
        self._head(reply)
        if self.command != "HEAD":
            self._write(reply.body, reply.trickle)
            while reply.endless:
                self.wfile.write(reply.endless)
        lies = reply.length is not None and reply.length != len(reply.body)
        if reply.close or reply.unread or (lies and self.command != "HEAD"):
            self.close_connection = True

    def _head(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        told = {name.lower() for name in reply.headers}
        if not reply.endless and not told & {"content-length", "transfer-encoding"}:
            length = len(reply.body) if reply.length is None else reply.length
            if length >= 0:
                self.send_header("Content-Length", str(length))
        if reply.close:
            self.send_header("Connection", "close")
        self.end_headers()

    def _write(self, content: bytes, pause: float) -> None:
        if not pause:
            self.wfile.write(content)
            return
        for byte in content:
            time.sleep(pause)
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = _respond  # noqa: N815  # names of the parent class
