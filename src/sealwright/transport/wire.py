"""A socket that looks at the deadline of the call before each wait.

So a peer that trickles bytes cannot stretch a call. Where a budget is set, the bytes that come are counted.
"""

import socket

from sealwright import limits
from sealwright.transport.deadline import Deadline
from sealwright.transport.http1 import ProtocolError

__all__ = ["Wire"]

_LINES_BYTES = 16 * 1024
"""Taken at once where lines are wanted; what is more than the head counts against its budget too."""


class Wire:
    """Bytes to and from one peer.

    Attributes:
        sock: below, perhaps one of TLS.
        deadline: of the call that is under way.
        budget: how many bytes may still come; None: any number. While it is set, an end of the connection is
            a fault and not an end.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.sock = sock
        self.deadline = deadline
        self.budget: int | None = None
        self._read = bytearray()

    def send(self, data: bytes | memoryview) -> None:
        """Send all of it.

        Raises:
            OSError: it cannot be sent, or not in time.
        """
        self.sock.settimeout(self.deadline.timeout(limits.SILENCE_SECONDS))
        self.sock.sendall(data)

    def line(self, limit: int) -> bytes:
        """The next line without its end, which is CR LF or LF.

        Raises:
            ProtocolError: it is longer than `limit` bytes, more comes than the budget allows, or the
                connection ends within it.
            ConnectionResetError: it ends so while there is a budget.
            OSError: nothing comes in time.
        """
        searched = 0
        while (end := self._read.find(b"\n", searched)) < 0:
            searched = len(self._read)
            if searched > limit:
                break
            piece = self._receive(_LINES_BYTES)
            if not piece:
                raise ProtocolError("the body ends early")
            self._read += piece
        if not 0 <= end <= limit:
            raise ProtocolError(f"a line has more than {limit} bytes")
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        return line.removesuffix(b"\r")

    def some(self, size: int) -> bytes:
        """At least one and at most `size` of the next bytes; none once the peer has ended.

        Raises:
            OSError: nothing comes in time.
        """
        if not self._read:
            return self._receive(min(size, limits.RECEIVED_BYTES))
        piece = bytes(self._read[:size])
        del self._read[:size]
        return piece

    @property
    def is_quiet(self) -> bool:
        """Whether the peer is there and has said nothing that was not read.

        One that hung up, or that sent something nobody asked for, makes the socket readable.
        """
        if self._read:
            return False
        self.sock.settimeout(0)
        try:
            self.sock.recv(1)
        except (BlockingIOError, InterruptedError):
            return True
        except OSError as error:
            return type(error).__name__ == "SSLWantReadError"
        return False

    def close(self) -> None:
        """Close it; harmless if done twice."""
        self.sock.close()

    def _receive(self, size: int) -> bytes:
        self.sock.settimeout(self.deadline.timeout(limits.SILENCE_SECONDS))
        piece = self.sock.recv(size)
        if self.budget is not None:
            if not piece:
                raise ConnectionResetError("the connection ended within the head of the answer")
            self.budget -= len(piece)
            if self.budget < 0:
                raise ProtocolError(f"the headers of the answer exceed {limits.HEADER_BYTES} bytes")
        return piece
