"""Where a registry's domain is reached, and over which scheme.

1. A domain that is listed as insecure gets TLS without verification; where it does not speak TLS, plain HTTP,
   as docker and notation do. A notice tells.
2. Everything else is reached as `hosts` tells from its name.
"""

import threading

from sealwright import limits
from sealwright.errors import NetworkError
from sealwright.events import EventSink, Notice
from sealwright.repositories import hosts
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Request
from sealwright.transport.origin import Origin

__all__ = ["Endpoints"]

_NO_TLS = frozenset(
    {
        "network.tls-not-spoken",
        "network.tls-failed",
        "network.refused",
        "network.connection-lost",
        "network.protocol",
    }
)


class Endpoints:
    """Domains to origins, found out once per run.

    Args:
        transport: asked whether an insecure registry speaks TLS.
        plain_http: True and False settle the scheme of every registry; None: by the rules above.
        events: takes the notices.
    """

    def __init__(self, transport: Transport, plain_http: bool | None, events: EventSink) -> None:  # noqa: FBT001  # three-valued
        self._transport = transport
        self._plain_http = plain_http
        self._events = events
        self._lock = threading.Lock()
        self._found: dict[str, Origin] = {}

    def origin(self, domain: str) -> Origin:
        """The origin of a registry.

        Args:
            domain: as in a reference, perhaps with a port.

        Raises:
            NetworkError: an insecure registry cannot be reached at all.
        """
        with self._lock:
            if domain not in self._found:
                self._found[domain] = self._find(domain)
            return self._found[domain]

    def _find(self, domain: str) -> Origin:
        if self._plain_http is not None or domain not in self._transport.insecure_hosts:
            return hosts.usual(domain, plain_http=self._plain_http)
        secure = hosts.usual(domain, plain_http=False)
        try:
            probe = Request("GET", f"{secure}/v2/")
            self._transport.send(probe, Deadline(limits.REQUEST_SECONDS), "none").discard()
        except NetworkError as error:
            if error.code not in _NO_TLS:
                raise
            self._events(Notice("registry.insecure-plain-http", {"registry": domain}))
            return hosts.usual(domain, plain_http=True)
        return secure
