"""The transport: requests in, answers out, with retries, redirects and proxies in between.

A request that is repeated or redirected obeys one deadline over all tries. What is tried again is told in
`retries`. Redirects (RFC 9110, 15.4):

1. At most `limits.REDIRECTS` are followed.
2. None leads from https to http.
3. Authorization and Cookie never reach another origin (scheme, host and port together).
4. 301, 302 and 303 are followed for GET and HEAD alone; 307 and 308 for any request that may be repeated.
"""

import os
import threading
import time
from collections.abc import Mapping
from typing import Literal

import msgspec

from sealwright import limits
from sealwright.errors import InternalError, NetworkError
from sealwright.events import EventSink, Notice, ignore
from sealwright.transport.connection import Route
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Request, StreamedBody
from sealwright.transport.origin import Origin, joined, split_url
from sealwright.transport.pool import Pool
from sealwright.transport.proxies import Proxies
from sealwright.transport.response import Response
from sealwright.transport.retries import RETRIED, Backoff, RetryPolicy, retry_after
from sealwright.transport.tls import InsecureTls, VerifiedTls
from sealwright.version import __version__

__all__ = ["Redirects", "Transport"]

Redirects = Literal["follow", "same-origin", "none"]
"""Which redirects are followed; `none` hands them to the caller."""

_MOVED_FOR_READERS = frozenset({301, 302, 303})
_MOVED = frozenset({301, 302, 303, 307, 308})
_SECRETS = frozenset({"authorization", "cookie"})


class Transport:
    """HTTP for one run. Safe to use from several threads.

    Attributes:
        insecure_hosts: as given.
        retries: as given.

    Args:
        tls: how peers are verified and how we identify ourselves.
        insecure_hosts: `host` or `host:port` of peers whose certificates are not verified.
        environment: for proxies and certificate folders.
        retries: how often and how patiently.
        events: takes a notice once for each host that is reached without verification.
    """

    def __init__(
        self,
        tls: VerifiedTls | None = None,
        insecure_hosts: frozenset[str] = frozenset(),
        environment: Mapping[str, str] = os.environ,
        retries: RetryPolicy = RetryPolicy(),  # noqa: B008  # a constant
        events: EventSink = ignore,
    ) -> None:
        tls = tls or VerifiedTls(environment=environment)
        self._pool = Pool(tls, InsecureTls(None, tls.client_certificate, tls.client_key, environment))
        self.insecure_hosts = insecure_hosts
        self._proxies = Proxies(environment)
        self.retries = retries
        self._events = events
        self._told: set[Origin] = set()
        self._lock = threading.Lock()

    def send(
        self, request: Request, deadline: Deadline | None = None, redirects: Redirects = "follow"
    ) -> Response:
        """Send a request and give its answer, whatever its status.

        Args:
            request: what to send.
            deadline: for all tries and the body together; `limits.REQUEST_SECONDS` from now if left out.
            redirects: which are followed; one that is refused raises.

        Raises:
            NetworkError: no answer was had; see `reasons.network`.
        """
        deadline = deadline or Deadline(limits.REQUEST_SECONDS)
        for _ in range(limits.REDIRECTS + 1):
            response = self._persist(request, deadline)
            location = response.headers.get("location", "")
            if response.status not in _MOVED or not location or redirects == "none":
                return response
            if response.status in _MOVED_FOR_READERS and request.method not in ("GET", "HEAD"):
                return response
            response.discard()
            request = _redirected(request, joined(request.url, location), redirects)
        raise _lasting("network.too-many-redirects", url=request.url[:200], limit=limits.REDIRECTS)

    def close(self) -> None:
        """Close all idle connections."""
        self._pool.close()

    def _persist(self, request: Request, deadline: Deadline) -> Response:
        """Try until there is an answer worth having."""
        backoff = Backoff(self.retries)
        for tries_left in reversed(range(self.retries.tries if request.may_repeat else 1)):
            try:
                response = self._once(request, deadline)
            except NetworkError as error:
                if error.code != "network.connection-lost" or not tries_left:
                    raise
                pause = backoff.next()
            else:
                asked = retry_after(response.headers)
                pause = backoff.next() if asked is None else asked
                patience = min(limits.RETRY_AFTER_SECONDS, deadline.left())
                if response.status not in RETRIED or not tries_left or pause > patience:
                    return response
                response.discard()
            time.sleep(min(pause, deadline.left()))
        raise InternalError("internal.unexpected", problem="a retry policy without a try")

    def _once(self, request: Request, deadline: Deadline) -> Response:
        """One try; a second one at once if a kept connection turns out to be dead."""
        origin, target = split_url(request.url)
        route = Route(origin, self._proxies.for_origin(origin), self._is_insecure(origin))
        request = _with_defaults(request)
        fresh = False
        while True:
            connection = self._pool.take(route, deadline, fresh=fresh)
            kept = connection.used
            try:
                raw = connection.exchange(request, target, deadline)
            except NetworkError as error:
                self._pool.give(connection, good=False)
                if error.code != "network.connection-lost" or not kept or not request.may_repeat:
                    raise
                fresh = True
            except BaseException:
                self._pool.give(connection, good=False)
                raise
            else:
                return Response(raw, connection, request.url, self._pool.give)

    def _is_insecure(self, origin: Origin) -> bool:
        if (
            origin.scheme == "http"
            or not {origin.authority, f"{origin.host}:{origin.port}"} & self.insecure_hosts
        ):
            return False
        with self._lock:
            first = origin not in self._told
            self._told.add(origin)
        if first:
            self._events(Notice("network.insecure-tls", {"host": origin.authority}))
        return True


def _with_defaults(request: Request) -> Request:
    defaults = {"User-Agent": f"sealwright/{__version__}", "Accept-Encoding": "identity"}
    return msgspec.structs.replace(request, headers={**defaults, **request.headers})


def _redirected(request: Request, url: str, redirects: Redirects) -> Request:
    """The request as it is sent to the place that a redirect names."""
    before, after = Origin.of(request.url), Origin.of(url)
    if before.scheme == "https" and after.scheme == "http":
        raise _lasting("network.redirect-insecure", host=before.authority, url=url[:200])
    if before != after and redirects == "same-origin":
        raise _lasting("network.redirect-elsewhere", host=before.authority, url=url[:200])
    if isinstance(request.body, StreamedBody) and not request.may_repeat:
        raise _lasting("network.redirect-of-a-stream", host=before.authority)
    headers = request.headers
    if before != after:
        headers = {name: value for name, value in headers.items() if name.lower() not in _SECRETS}
    return msgspec.structs.replace(request, url=url, headers=headers)


def _lasting(code: str, **data: object) -> NetworkError:
    error = NetworkError(code, **data)
    error.retryable = False
    return error
