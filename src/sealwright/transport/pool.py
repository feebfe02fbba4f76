"""The pool: connections kept open between requests, and no more of them per host than is decent."""

import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.errors import NetworkError
from sealwright.transport.connection import Connection, Route
from sealwright.transport.deadline import Deadline
from sealwright.transport.tls import VerifiedTls

if TYPE_CHECKING:
    import ssl

__all__ = ["Pool"]


class Pool:
    """Connections by route. Safe to use from several threads.

    Args:
        verified: settings for TLS.
        insecure: settings for hosts whose certificate is not verified.
    """

    def __init__(self, verified: VerifiedTls, insecure: VerifiedTls) -> None:
        self._verified = verified
        self._insecure = insecure
        self._lock = threading.Lock()
        self._idle: dict[Route, list[Connection]] = defaultdict(list)
        self._slots: dict[Route, threading.BoundedSemaphore] = {}

    def take(self, route: Route, deadline: Deadline, *, fresh: bool = False) -> Connection:
        """A connection, kept or new.

        Args:
            route: where to.
            deadline: also bounds the wait for a free slot.
            fresh: leave the kept ones alone.

        Raises:
            NetworkError: it cannot be opened, or `network.timed-out` waiting for a slot.
        """
        slot = self._slot(route)
        left = deadline.left()
        if not slot.acquire(timeout=min(left, threading.TIMEOUT_MAX)):
            raise NetworkError("network.timed-out", host=route.origin.authority)
        try:
            kept = None if fresh else self._kept(route)
            return kept or Connection(route, self._context(route), deadline)
        except BaseException:
            slot.release()
            raise

    def give(self, connection: Connection, good: bool) -> None:  # noqa: FBT001  # a callback's only word
        """Take a connection back; `good` tells whether it can be used again."""
        with self._lock:
            idle = self._idle[connection.route]
            keep = good and len(idle) < limits.IDLE_CONNECTIONS_PER_HOST
            if keep:
                connection.idle_since = time.monotonic()
                idle.append(connection)
        if not keep:
            connection.close()
        self._slot(connection.route).release()

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            idle = [connection for kept in self._idle.values() for connection in kept]
            self._idle.clear()
        for connection in idle:
            connection.close()

    def __del__(self) -> None:
        self.close()

    def _slot(self, route: Route) -> threading.BoundedSemaphore:
        with self._lock:
            if route not in self._slots:
                self._slots[route] = threading.BoundedSemaphore(limits.CONNECTIONS_PER_HOST)
            return self._slots[route]

    def _kept(self, route: Route) -> Connection | None:
        """The youngest idle connection that is still good."""
        while True:
            with self._lock:
                idle = self._idle[route]
                connection = idle.pop() if idle else None
            if connection is None or connection.reusable:
                return connection
            connection.close()

    def _context(self, route: Route) -> "ssl.SSLContext | None":
        if route.origin.scheme == "http":
            return None
        return (self._insecure if route.insecure else self._verified).context()
