"""What the service counts, for Prometheus. Labels take few values: no repository, no account, no path.

Counting happens for every request, so it is additions to plain lists; families are made of them when somebody
asks. Only for the event loop's thread.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from sealwright.version import __version__

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = CONTENT_TYPE_LATEST

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ROUTES = frozenset(
    {"healthz", "readyz", "metrics", "extensions", "lookaside", "api", "token", "oauth2", "pki"}
)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300)
_UPLOADS = "/blobs/uploads/"


class _Kind:
    """What is counted of requests of one kind of route, method and status."""

    __slots__ = ("lasted", "received", "seconds", "sent")

    def __init__(self) -> None:
        self.lasted = [0] * (len(_SECONDS) + 1)  # how many took at most that long, and no bound before
        self.seconds = 0.0
        self.received = 0
        self.sent = 0


class Metrics:
    """The figures of one server.

    Attributes:
        requests: how many requests are being answered just now.
        uploads: how many of them are sending content.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.uploads = 0
        self._kinds: dict[tuple[str, str, int], _Kind] = {}
        self._refused: Counter[str] = Counter()
        self._watched: list[tuple[str, str, Callable[[], float]]] = []
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self.watch("requests_in_progress", "Requests that are being answered", lambda: self.requests)
        self.watch("uploads_in_progress", "Requests that are sending content", lambda: self.uploads)

    def watch(self, name: str, what: str, value: Callable[[], float]) -> None:
        """Show one more figure, which is asked for when it is read."""
        self._watched.append((f"sealwright_{name}", what, value))

    @staticmethod
    def uploading(method: str, path: str) -> bool:
        """Whether a request brings content."""
        return _UPLOADS in path and method in ("POST", "PATCH", "PUT")

    def count(
        self, route: str, method: str, status: int, seconds: float, received: int, sent: int, reason: str
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
        kind = self._kinds.get((route, method, status)) or self._kind(route, method, status)
        kind.lasted[bisect_left(_SECONDS, seconds)] += 1
        kind.seconds += seconds
        kind.received += received
        kind.sent += sent
        if reason:
            self._refused[reason] += 1

    def _kind(self, route: str, method: str, status: int) -> _Kind:
        if route.startswith("/"):
            first = route[1:].partition("/")[0]
            route = first if first in _ROUTES else "other"
        known = method if method in _METHODS else "other"
        return self._kinds.setdefault((route, known, status), _Kind())

    def collect(self) -> Iterator[Metric]:
        """Every family, as prometheus_client asks for them."""
        requests = CounterMetricFamily(
            "sealwright_requests", "Requests answered", labels=("route", "method", "status")
        )
        lasted = HistogramMetricFamily(
            "sealwright_request_seconds",
            "From the head of a request to the end of its answer",
            labels=("route", "method"),
        )
        received = CounterMetricFamily(
            "sealwright_received_bytes", "Bytes of bodies of requests", labels=("route",)
        )
        sent = CounterMetricFamily("sealwright_sent_bytes", "Bytes of bodies of answers", labels=("route",))
        refused = CounterMetricFamily(
            "sealwright_refusals", "Requests refused or failed, by reason code", labels=("reason",)
        )
        by_method: dict[tuple[str, str], _Kind] = {}
        by_route: dict[str, _Kind] = {}
        for (route, method, status), kind in self._kinds.items():
            requests.add_metric((route, method, str(status)), sum(kind.lasted))
            for total in (
                by_method.setdefault((route, method), _Kind()),
                by_route.setdefault(route, _Kind()),
            ):
                total.lasted = [a + b for a, b in zip(total.lasted, kind.lasted, strict=True)]
                total.seconds += kind.seconds
                total.received += kind.received
                total.sent += kind.sent
        for labels, kind in by_method.items():
            lasted.add_metric(labels, _cumulated(kind.lasted), kind.seconds)
        for route, kind in by_route.items():
            received.add_metric((route,), kind.received)
            sent.add_metric((route,), kind.sent)
        for reason, times in self._refused.items():
            refused.add_metric((reason,), times)
        yield from (requests, lasted, received, sent, refused)
        for name, what, value in self._watched:
            yield GaugeMetricFamily(name, what, value())
        build = GaugeMetricFamily("sealwright_build", "The version that runs", labels=("version",))
        build.add_metric((__version__,), 1)
        yield build

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


def _cumulated(lasted: list[int]) -> list[tuple[str, float]]:
    """Buckets as Prometheus has them: each counts those before it, too."""
    found: list[tuple[str, float]] = []
    total = 0
    for bound, times in zip((*map(str, _SECONDS), "+Inf"), lasted, strict=True):
        total += times
        found.append((bound, total))
    return found
