"""What stands before a real server and treats its clients badly, at random but the same each time.

Every request is answered by the real server, unless a mood falls on it first. Which one, depends on the
seed, the request line, and how often this line came before: so a run is the same whatever the order in which
threads ask, and a client that asks again and again is heard in the end.
"""

import http.client
import socket
import threading
import time
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import BinaryIO

from world.served import Served, connections

__all__ = ["MOODS", "RoughFront"]

MOODS: Mapping[str, float] = {
    "429": 0.04,
    "429 at once": 0.03,
    "429 in a second": 0.01,
    "502": 0.03,
    "503": 0.03,
    "drop before": 0.04,
    "drop within": 0.05,
    "drop after": 0.03,
    "stall before": 0.02,
    "stall within": 0.03,
}
"""What may happen to a request, and how often."""


class RoughFront(Served):
    """The front, on 127.0.0.1 and a free port.

    Args:
        to: the port of the real server.
        seed: of the moods.
        moods: how often each; none for a front that is only slow.
        delay: seconds before each answer.
        stall: seconds of silence of a stall, after which the connection is closed.
        port: a certain one; else any that is free.

    Attributes:
        lines: every request as `METHOD target`, in the order of arrival.
        moods_seen: how often each mood fell on a request.
        most: how many connections were open at once, at most.
    """

    def __init__(
        self,
        to: int,
        seed: int = 1,
        moods: Mapping[str, float] = MOODS,
        *,
        delay: float = 0,
        stall: float = 2,
        port: int = 0,
    ) -> None:
        self.lines: list[str] = []
        self.moods_seen: Counter[str] = Counter()
        self.most = 0
        self.delay = delay
        self._to = to
        self._seed = seed
        self._moods = moods
        self._stall = stall
        self._counts: Counter[str] = Counter()
        self._open = 0
        self._lock = threading.Lock()
        super().__init__(connections(self._serve, port))
        self.local = f"localhost:{self.port}"

    def _serve(self, client: socket.socket) -> None:
        with self._lock:
            self._open += 1
            self.most = max(self.most, self._open)
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with client.makefile("rb") as reader:
                while self._answer(client, reader):
                    pass
        except OSError:
            pass  # a client that hangs up
        finally:
            with self._lock:
                self._open -= 1

    def _answer(self, client: socket.socket, reader: BinaryIO) -> bool:
        """One request; false if the connection ends."""
        line = reader.readline().decode()
        if not line:
            return False
        headers = http.client.parse_headers(reader)
        method, target, _ = line.split(" ", 2)
        with self._lock:
            self.lines.append(f"{method} {target}")
            self._counts[f"{method} {target}"] += 1
            mood = self._mood(f"{method} {target}", self._counts[f"{method} {target}"])
            self.moods_seen[mood] += 1
        time.sleep(self.delay)
        if mood[0].isdigit():
            reader.read(int(headers.get("Content-Length", "0")))
            after = {"429 at once": "Retry-After: 0\r\n", "429 in a second": "Retry-After: 1\r\n"}.get(
                mood, ""
            )
            client.sendall(f"HTTP/1.1 {mood[:3]} No\r\n{after}Content-Length: 0\r\n\r\n".encode())
            return True
        if mood.endswith("before"):
            time.sleep(self._stall if mood.startswith("stall") else 0)
            return False
        sent = reader.read(int(headers.get("Content-Length", "0")))
        content = self._asked(method, target, dict(headers.items()), sent)
        if mood.endswith("within"):
            client.sendall(content[: len(content) * 2 // 3])
            time.sleep(self._stall if mood.startswith("stall") else 0)
            return False
        client.sendall(content)
        return mood != "drop after"

    def _mood(self, line: str, count: int) -> str:
        drawn = Random(f"{self._seed} {line} {count}").random()  # noqa: S311  # a seed repeats it
        for mood, share in self._moods.items():
            drawn -= share
            if drawn < 0:
                return mood
        return "good"

    def _asked(self, method: str, target: str, headers: dict[str, str], sent: bytes) -> bytes:
        """What the real server answers, as bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self._to, timeout=30)
        try:
            connection.request(method, target, sent, {**headers, "Connection": "close"})
            response = connection.getresponse()
            body = response.read()
            kept = {
                name: value
                for name, value in response.getheaders()
                if name.lower() not in ("connection", "transfer-encoding", "content-length")
            }
            length = response.getheader("Content-Length") if method == "HEAD" else str(len(body))
            kept["Content-Length"] = length or "0"
            head = "".join(f"{name}: {value}\r\n" for name, value in kept.items())
            return f"HTTP/1.1 {response.status} {response.reason}\r\n{head}\r\n".encode() + body
        finally:
            connection.close()
