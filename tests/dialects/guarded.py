"""A registry that holds nothing and lets few people in, by the name of the repository that is asked for.

basic     Basic authentication; `alice` with `wonderland` is let in and finds nothing
bearer    a token service that gives nobody a token
denied    403
"""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["guarded"]

_ALICE = "Basic " + base64.b64encode(b"alice:wonderland").decode()
_DENIED = b'{"errors":[{"code":"DENIED","message":"not you"}]}'


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        host = self.headers["Host"]
        if "/basic/" in self.path:
            known = self.headers.get("Authorization") == _ALICE
            self._send(*((404,) if known else (401, 'Basic realm="x"')))
        elif "/bearer/" in self.path:
            self._send(401, f'Bearer realm="http://{host}/token",service="s"')
        elif self.path.startswith("/token"):
            self._send(401)
        else:
            self._send(403)

    def _send(self, status: int, challenge: str = "") -> None:
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(_DENIED)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(_DENIED)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@contextmanager
def guarded() -> Iterator[str]:
    """The registry, at `localhost:PORT`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()
