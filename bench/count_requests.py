"""How many HTTP requests a command makes, counted at a proxy in front of the registry.

Every process starts cold: no token, no connection, nothing cached. The registry is anonymous, so what
authorisation costs (one refused request and one to the token service) comes on top.

    python bench/count_requests.py
"""

import re
import socket
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

from installed import Installed, installed
from scene import Scene, scene

from peers import programs as peers  # the path is set by `installed`

_REQUEST = re.compile(rb"^(GET|HEAD|PUT|POST|PATCH|DELETE) (\S+) HTTP/1\.1\r$", re.MULTILINE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class Counted(NamedTuple):
    """One line of the table."""

    name: str
    requests: list[str]
    connections: int
    aim: int | None


class Counter:
    """Passes bytes on to a port of this machine and notes each request line that goes by."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.requests: list[str] = []
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(self._target)
            for source, sink, noted in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pass_on, args=(source, sink, noted), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, noted: bool) -> None:  # noqa: FBT001  # private
        while piece := source.recv(256 * 1024):
            if noted:
                found = _REQUEST.findall(piece)
                self.requests += [f"{method.decode()} {path.decode()}" for method, path in found]
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()


def count(programs: Installed, at: Scene) -> list[Counted]:
    """Run each command once through a counter of its own; the real notation beside ours, if it is there."""
    digest = at.seal(str(programs.seal), "ls", at.image).partition("@")[2].split()[0]
    pinned = f"{at.image.removesuffix(':v1')}@{digest}"
    peer = peers.find("notation")
    wanted: Sequence[tuple[str, tuple[str, ...], int | None]] = (
        ("verify, by tag", ("verify", at.image), 4),
        ("verify, by digest", ("verify", pinned), 4),
        ("ls", ("ls", at.image), None),
        ("sign", ("sign", at.unsigned), None),
        ("push, all new", ("push", at.layout, f"localhost:{at.port}/elsewhere:v1", "--referrers=none"), None),
        ("push, all there", ("push", at.layout, at.image, "--referrers=none"), None),
    )
    found = [_counted(str(programs.seal), at, *one) for one in wanted]
    verify = ("verify", pinned)
    found.append(_counted(str(programs.notation), at, "our notation verify, by digest", verify, 4))
    if peer is not None:
        found.append(_counted(peer, at, "the real notation verify, by digest", verify, None))
    return found


def _counted(program: str, at: Scene, name: str, command: tuple[str, ...], aim: int | None) -> Counted:
    with Counter(at.port) as counter:
        own = tuple(part.replace(f"localhost:{at.port}", f"localhost:{counter.port}") for part in command)
        at.seal(program, *own)
        return Counted(name, counter.requests, counter.connections, aim)


def table(lines: Sequence[Counted]) -> str:
    """The lines as a Markdown table, with every request below it."""
    rows = ["| command | requests | connections | aim |", "|---|---:|---:|---|"]
    for line in lines:
        found = len(line.requests)
        verdict = "" if line.aim is None else f"≤ {line.aim}: {'met' if found <= line.aim else 'MISSED'}"
        rows.append(f"| {line.name} | {found} | {line.connections} | {verdict} |")
    for line in lines:
        rows.append(f"\n{line.name}:\n")
        rows += [f"    {_DIGEST.sub('sha256:…', request)}" for request in line.requests]
    return "\n".join(rows)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name:
        folder = Path(name)
        programs = installed()
        with scene(folder / "scene", str(programs.seal)) as at:
            print(table(count(programs, at)))


if __name__ == "__main__":
    main()
