"""The pipes of a program that was started: fed and read in turn, so that neither side waits for the other."""

import os
import selectors
from types import TracebackType
from typing import IO, Self

__all__ = ["EndlessError", "Pipes"]

_PIECE = 64 * 1024


class EndlessError(Exception):
    """A program printed more than is taken."""


class Pipes:
    """What is read from a program and fed to it, in a `with` block. For one thread.

    Args:
        most: how many bytes are taken from each pipe.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._selector = selectors.DefaultSelector()
        self._taken: dict[IO[bytes], bytearray] = {}

    def read(self, stream: IO[bytes]) -> None:
        """Read from a pipe until it ends."""
        self._taken[stream] = bytearray()
        self._selector.register(stream, selectors.EVENT_READ)

    def feed(self, stream: IO[bytes], content: bytes) -> None:
        """Write to a pipe and close it; a program that wants no more may close its end first."""
        os.set_blocking(stream.fileno(), False)
        self._selector.register(stream, selectors.EVENT_WRITE, memoryview(content))

    @property
    def are_open(self) -> bool:
        """Whether there is a pipe left that has not ended."""
        return bool(self._selector.get_map())

    @property
    def are_read(self) -> bool:
        """Whether one of those is read."""
        return any(key.data is None for key in self._selector.get_map().values())

    def serve(self, seconds: float) -> bool:
        """Read and feed what is ready; tells whether anything was, within that time.

        Raises:
            EndlessError: it printed more than `most`.
        """
        ready = self._selector.select(seconds)
        for key, _ in ready:
            stream: IO[bytes] = key.fileobj  # type: ignore[assignment]  # only streams are registered
            if key.data is None:
                self._take(stream)
            else:
                self._write(stream, key.data)
        return bool(ready)

    def taken(self, stream: IO[bytes]) -> bytes:
        """What was read from a pipe."""
        return bytes(self._taken[stream])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._selector.close()

    def _take(self, stream: IO[bytes]) -> None:
        piece = os.read(stream.fileno(), _PIECE)
        into = self._taken[stream]
        into += piece
        if len(into) > self._most:
            raise EndlessError
        if not piece:
            self._selector.unregister(stream)

    def _write(self, stream: IO[bytes], content: memoryview) -> None:
        try:
            written = os.write(stream.fileno(), content[:_PIECE]) if content else 0
        except BrokenPipeError:
            written = len(content)
        if written < len(content):
            self._selector.modify(stream, selectors.EVENT_WRITE, content[written:])
        else:
            self._selector.unregister(stream)
            stream.close()
