"""Opening TCP connections, and opening them ahead: while the program is still loading.

A connection that is opened ahead is a bare one: nothing is sent over it, no proxy and no TLS is spoken. It is
handed to the first who wants one to the same host and port, who goes on with it as with any other; what went
wrong with it is told to that one. What nobody wanted is closed by `forget`.
"""

import socket
from threading import Lock, Thread

from sealwright import limits
from sealwright.transport.deadline import Deadline

__all__ = ["ahead", "dialled", "forget"]


class _Ahead:
    """A connection that is being opened in a thread."""

    def __init__(self, host: str, port: int) -> None:
        self._where = host, port
        self._made: socket.socket | OSError | None = None
        self._is_wanted = True
        self._lock = Lock()
        self._thread = Thread(target=self._open, daemon=True)
        self._thread.start()

    def _open(self) -> None:
        try:
            made: socket.socket | OSError = _dial(*self._where, Deadline(limits.CONNECT_SECONDS))
        except OSError as error:
            made = error
        with self._lock:
            self._made = made
        if not self._is_wanted:
            self.forget()

    def wait(self, deadline: Deadline) -> socket.socket:
        self._thread.join(deadline.timeout(limits.CONNECT_SECONDS))
        if self._made is None:
            self.forget()
            raise TimeoutError("the connection is not open in time")
        if isinstance(self._made, OSError):
            raise self._made
        return self._made

    def forget(self) -> None:
        """Close it, now or when it is open."""
        with self._lock:
            self._is_wanted = False
            if isinstance(self._made, socket.socket):
                self._made.close()


_lock = Lock()
_waiting: dict[tuple[str, int], list[_Ahead]] = {}


def ahead(host: str, port: int, count: int) -> None:
    """Begin to open connections.

    Args:
        host: a name or an address, without brackets.
        port: of TCP.
        count: how many.
    """
    begun = [_Ahead(host, port) for _ in range(count)]
    with _lock:
        _waiting.setdefault((host, port), []).extend(begun)


def dialled(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A TCP connection: one that was begun ahead, else a new one.

    Args:
        host: a name or an address, without brackets.
        port: of TCP.
        deadline: of the call that wants it.

    Raises:
        OSError: there is none; `TimeoutError` and `socket.gaierror` among them.
    """
    with _lock:
        begun = _waiting.get((host, port))
        early = begun.pop(0) if begun else None
    return _dial(host, port, deadline) if early is None else early.wait(deadline)


def forget(host: str, port: int) -> None:
    """Close the connections that were begun and that nobody wanted.

    Args:
        host: as given to `ahead`.
        port: the same.
    """
    with _lock:
        unwanted = _waiting.pop((host, port), [])
    for one in unwanted:
        one.forget()


def _dial(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A new connection to the first address of the host that answers."""
    failure: OSError | None = None
    # as bytes: text would be taken for an international name, which is slow and has rules of its own
    found = socket.getaddrinfo(host.encode(), port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.timeout(limits.CONNECT_SECONDS))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure or OSError(f"{host} has no address")
