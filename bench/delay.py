"""A relay that adds distance: what is sent arrives half a round trip later, in each direction.

It models the time of light and no more: no loss, no limit of bandwidth, no slow start. The handshake of a
connection costs one round trip: the kernel answers at once, so what the client sends is held back until the
handshake would have ended. A client that does other work between connecting and sending gains that work here,
which it would not over a real distance.

The clean way, `tc netem`, needs a kernel that has it.

    python bench/delay.py --to PORT --milliseconds 20        # prints the port it listens on
"""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast


class _End(asyncio.Protocol):
    """One end of a relayed connection: what comes in here goes out at the other end, later."""

    def __init__(self, half: float) -> None:
        self._half = half
        self._loop = asyncio.get_running_loop()
        self._held_until = 0.0
        self._transport: asyncio.Transport | None = None
        self._waiting: list[tuple[float, bytes | None]] = []
        self._other: _End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def hold(self, seconds: float) -> None:
        """Pass on nothing that comes in before this much time has gone by."""
        self._held_until = self._loop.time() + seconds

    def pair(self, other: "_End") -> None:
        """Connect with the other end; what came in before goes there now."""
        self._other = other
        for at, data in self._waiting:
            self._loop.call_at(at, other.send, data)
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        self._pass_on(data)

    def eof_received(self) -> bool:
        self._pass_on(None)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._other is not None:
            self._loop.call_later(self._half, self._other.end)

    def send(self, data: bytes | None) -> None:
        """Write, or end the writing; a connection that is gone takes nothing."""
        if self._transport is None or self._transport.is_closing():
            return
        if data is not None:
            self._transport.write(data)
        elif self._transport.can_write_eof():
            self._transport.write_eof()

    def end(self) -> None:
        """Close this end."""
        if self._transport is not None:
            self._transport.close()

    def _pass_on(self, data: bytes | None) -> None:
        at = max(self._loop.time(), self._held_until) + self._half
        if self._other is None:
            self._waiting.append((at, data))
        else:
            self._loop.call_at(at, self._other.send, data)


class _Client(_End):
    """The end at the client: connects to the server when the first packet of the handshake would arrive."""

    def __init__(self, half: float, port: int) -> None:
        super().__init__(half)
        self._port = port
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.hold(2 * self._half)
        self._task = self._loop.create_task(self._connect())

    async def _connect(self) -> None:
        await asyncio.sleep(self._half)
        _, server = await self._loop.create_connection(lambda: _End(self._half), "127.0.0.1", self._port)
        server.pair(self)
        self.pair(server)


async def serve(to: int, seconds: float) -> None:
    """Relay to a port of this machine until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Client(seconds / 2, to), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def delayed(port: int, milliseconds: int) -> Iterator[int]:
    """A port that leads to `port` over this round trip, by a process of its own; `port` itself for 0."""
    if not milliseconds:
        yield port
        return
    command = [sys.executable, __file__, "--to", str(port), "--milliseconds", str(milliseconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description="Relay with a delay.")
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("--milliseconds", type=float, required=True)
    asked = parser.parse_args()
    try:
        import uvloop  # noqa: PLC0415  # cheaper, where it is there

        uvloop.run(serve(asked.to, asked.milliseconds / 1000))
    except ModuleNotFoundError:
        asyncio.run(serve(asked.to, asked.milliseconds / 1000))


if __name__ == "__main__":
    main()
