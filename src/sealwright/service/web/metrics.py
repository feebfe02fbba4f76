"""What the service counts, for Prometheus. Labels take few values: no repository, no account, no path."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from sealwright.version import __version__

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = CONTENT_TYPE_LATEST

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ROUTES = frozenset({"healthz", "readyz", "metrics", "extensions", "lookaside", "api", "token", "oauth2"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300)
_UPLOADS = "/blobs/uploads/"

_Children = tuple[Counter, Histogram, Counter, Counter]


class Metrics:
    """The counters of one server, in a registry of their own.

    Attributes:
        uploads: requests that are sending content just now.
        requests: all requests that are being answered just now.
    """

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self._requests = Counter(
            "sealwright_requests", "Requests answered", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "sealwright_request_seconds",
            "From the head of a request to the end of its answer",
            ("route", "method"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._received = Counter(
            "sealwright_received_bytes", "Bytes of bodies of requests", ("route",), registry=registry
        )
        self._sent = Counter(
            "sealwright_sent_bytes", "Bytes of bodies of answers", ("route",), registry=registry
        )
        self._refused = Counter(
            "sealwright_refusals",
            "Requests refused or failed, by reason code",
            ("reason",),
            registry=registry,
        )
        self.requests = Gauge(
            "sealwright_requests_in_progress", "Requests that are being answered", registry=registry
        )
        self.uploads = Gauge(
            "sealwright_uploads_in_progress", "Requests that are sending content", registry=registry
        )
        build = Gauge("sealwright_build", "The version that runs", ("version",), registry=registry)
        build.labels(__version__).set(1)
        self._children: dict[tuple[str, str, int], _Children] = {}

    def watch(self, name: str, what: str, value: Callable[[], float]) -> None:
        """Show one more figure, which is asked for when it is read."""
        Gauge(f"sealwright_{name}", what, registry=self._registry).set_function(value)

    @staticmethod
    def uploading(method: str, path: str) -> bool:
        """Whether a request brings content."""
        return _UPLOADS in path and method in ("POST", "PATCH", "PUT")

    def count(
        self,
        route: str,
        method: str,
        status: int,
        seconds: float,
        received: int,
        sent: int,
        reason: str,
    ) -> None:
        """Count a request that has ended.

        Args:
            route: the kind of route that took it, or its path if none did.
            method: its method.
            status: of the answer; 499 if the client did not wait for one.
            seconds: how long it took.
            received: bytes of its body that were read.
            sent: bytes of the body of the answer.
            reason: the reason code of a refusal, or an empty string.
        """
        key = (route, method, status)
        children = self._children.get(key)
        if children is None:
            children = self._labelled(route, method, status)
            if not route.startswith("/"):
                self._children[key] = children
        requests, lasted, bytes_in, bytes_out = children
        requests.inc()
        lasted.observe(seconds)
        if received:
            bytes_in.inc(received)
        if sent:
            bytes_out.inc(sent)
        if reason:
            self._refused.labels(reason).inc()

    def _labelled(self, route: str, method: str, status: int) -> _Children:
        if route.startswith("/"):
            first = route[1:].partition("/")[0]
            route = first if first in _ROUTES else "other"
        known = method if method in _METHODS else "other"
        return (
            self._requests.labels(route, known, str(status)),
            self._seconds.labels(route, known),
            self._received.labels(route),
            self._sent.labels(route),
        )

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)
