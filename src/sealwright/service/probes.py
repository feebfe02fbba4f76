"""What those who watch the service ask: `/healthz` (it runs), `/readyz` (it can work), `/metrics`.

Nobody logs in for the first two. Figures are for administrators, and for programs on this machine that ask
without a proxy in between, unless the settings say otherwise.
"""

import asyncio
import ipaddress
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.errors import AccessDeniedError, NotFoundError, SealwrightError
from sealwright.service.storage import Storage
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import EVERYONE, Caller, Gate, OpenGate
from sealwright.service.web.metrics import CONTENT_TYPE, Metrics

__all__ = ["HEALTH", "METRICS", "READY", "Probes", "figures", "health"]

HEALTH, READY, METRICS = "/healthz", "/readyz", "/metrics"

_FINE = "ok"
_NOT_STORED = {"Cache-Control": "no-store"}
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


class Probes:
    """Whether the service can work: each check runs at most once at a time, on threads of its own.

    Args:
        storage: what is checked.
        read_only: whether nothing is ever written, so that it need not be possible.
        ending: whether the service is about to end.
        seconds: how long the checks may take.
    """

    def __init__(
        self,
        storage: Storage,
        ending: Callable[[], bool],
        *,
        read_only: bool = False,
        seconds: float = limits.READINESS_SECONDS,
    ) -> None:
        self._checks: Mapping[str, Callable[[], str]] = {
            "database": lambda: _database(storage),
            "blobs": lambda: _blobs(storage, read_only=read_only),
        }
        self._ending = ending
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(len(self._checks), "probe")
        self._running: dict[str, asyncio.Future[str]] = {}

    async def results(self) -> dict[str, str]:
        """What each check says: `ok`, or what is wrong."""
        loop = asyncio.get_running_loop()
        for name, check in self._checks.items():
            if name not in self._running or self._running[name].done():
                self._running[name] = loop.run_in_executor(self._threads, _told, check)
        running = dict(self._running)
        await asyncio.wait(running.values(), timeout=self._seconds)
        late = f"no answer in {self._seconds:g} seconds"
        found = {name: check.result() if check.done() else late for name, check in running.items()}
        return {"service": "ending" if self._ending() else _FINE, **found}

    def close(self) -> None:
        """Let the threads go; a check that still waits is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _told(check: Callable[[], str]) -> str:
    try:
        return check()
    except SealwrightError as error:
        return error.code
    except Exception as error:  # noqa: BLE001  # whatever it is, the service is not ready
        return type(error).__name__


def _database(storage: Storage) -> str:
    """Whether it answers, with every migration that this program knows."""
    lacking = storage.database.lacking()
    return f"without the migration {lacking[0]}" if lacking else _FINE


def _blobs(storage: Storage, *, read_only: bool) -> str:
    """Whether content can be written, or, where none ever is, read."""
    storage.blobs.probe(write=not read_only)
    return _FINE


def health(probes: Probes) -> Slice:
    """The application at `/healthz` and `/readyz`."""

    async def answer(asked: Asked) -> Response:
        asked.require_reading()
        if asked.path == HEALTH:
            return Response(b'{"status":"ok"}', 200, _NOT_STORED, "application/json")
        found = await probes.results()
        ready = all(said == _FINE for said in found.values())
        body = msgspec.json.encode({"status": "ready" if ready else "not ready", "checks": found})
        return Response(body, 200 if ready else 503, _NOT_STORED, "application/json")

    return Slice(answer, OpenGate())


def figures(metrics: Metrics, gate: Gate, whose: str) -> Slice:
    """The application at `/metrics`.

    Args:
        metrics: what is shown.
        gate: finds out who asks.
        whose: `admin`, `open` or `off`.
    """

    async def answer(asked: Asked) -> Response:
        asked.require_reading()
        if whose == "off":
            raise NotFoundError("service.path-unknown", path=ascii(asked.path))
        asked.caller.require_admin()
        return Response(metrics.text(), 200, _NOT_STORED, CONTENT_TYPE)

    return Slice(answer, OpenGate() if whose == "open" else _Nearby(gate))


class _Nearby:
    """A gate that asks nobody who is on this machine; whoever is elsewhere, another gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def caller(self, asked: Asked) -> Caller:
        """Who asks."""
        return EVERYONE if _here(asked) else await self._gate.caller(asked)

    def challenge(self, asked: Asked, error: AccessDeniedError) -> str:
        """That of the other gate."""
        return self._gate.challenge(asked, error)


def _here(asked: Asked) -> bool:
    """Whether a program on this machine asks, and for itself: a proxy tells for whom it does."""
    client = asked.scope["client"]
    if client is None or any(asked.header(name) is not None for name in _FORWARDED):
        return False
    return ipaddress.ip_address(client[0].partition("%")[0]).is_loopback
