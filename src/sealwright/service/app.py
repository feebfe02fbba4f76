"""The service as one ASGI application, with everything mounted that its settings name."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sealwright.service import probes
from sealwright.service.api.routes import Api
from sealwright.service.audit.routes import Audit
from sealwright.service.configuration import Configuration
from sealwright.service.extension.routes import SUPPORTED, Extension
from sealwright.service.lookaside.folder import SharedFolder
from sealwright.service.lookaside.routes import Lookaside
from sealwright.service.registry.content import Content
from sealwright.service.registry.routes import Registry
from sealwright.service.signatures import bringing_in
from sealwright.service.signatures.hooks import SignatureHooks
from sealwright.service.signatures.signed_only.gate import SignedOnlyGate
from sealwright.service.storage import Storage
from sealwright.service.web.caller import Gate, OpenGate
from sealwright.service.web.client_address import Proxies
from sealwright.service.web.front import Front, Rules
from sealwright.service.web.metrics import Metrics
from sealwright.service.web.rates import RatedGate, Rates
from sealwright.service.web.request_lines import Tell

__all__ = ["Service", "create"]

_DESCRIBED = ("sealwright.service.accounts", "sealwright.service.audit")
"""Packages that may say in an `openapi.json` what they offer below `/api/v1`."""


class Service:
    """The application. It holds its folder until its lifespan ends, or until `close`.

    Attributes:
        close: lets the folder go.
        metrics: what it counts.
        proxies: whose word on a client's address it takes.
    """

    def __init__(self, front: Front, close: Callable[[], None], proxies: Proxies) -> None:
        self._front = front
        self.close = close
        self.metrics = front.metrics
        self.proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._front(scope, receive, send)

    def end_soon(self) -> None:
        """Say at `/readyz` that it will end, and ask clients to close their connections."""
        self._front.ending = True


def create(configuration: Configuration, tell: Tell | None = None) -> Service:
    """The application that some settings describe.

    Args:
        configuration: its settings; `storage.folder` is made if it is not there.
        tell: is told of every request that has ended.

    Raises:
        CallerError: `service.folder-in-use`, `service.folder-newer`, `service.setting-invalid` or
            `service.signed-only-incomplete`.
        DocumentError: a policy of `signed_only` cannot be used.
        StorageError: `service.folder-unusable`, `service.folder-unshareable`, or a policy of `signed_only`
            cannot be read.
    """
    server, bounds = configuration.server, configuration.limits
    if server.lookaside_only:
        return _share(configuration, tell)
    proxies = Proxies(server.trusted_proxies)
    metrics = Metrics()
    storage = Storage.open(configuration.storage)
    try:
        admission = SignedOnlyGate(storage, configuration.signed_only)
    except BaseException:
        storage.close()
        raise
    content = Content(storage, SignatureHooks(storage, admission), configuration.quotas)
    content.tidy()
    gate: Gate = OpenGate()
    if bounds.requests_per_second_per_account:
        gate = RatedGate(gate, Rates(bounds.requests_per_second_per_account, bounds.burst_seconds))

    def close() -> None:
        admission.close()
        content.close()

    probing = probes.Probes(content.storage, lambda: front.ending, read_only=server.read_only)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(content.sweep()), asyncio.create_task(bringing_in.run(content))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            probing.close()
            close()

    registry = Registry(content, gate, bounds.body_seconds, (SUPPORTED,))
    lookaside = Lookaside(content, gate, bounds.body_seconds)
    health = probes.health(probing)
    mounted = Starlette(
        routes=[
            Route("/v2", registry),
            Route("/v2/{rest:path}", registry),
            Route(probes.HEALTH, health),
            Route(probes.READY, health),
            Route(probes.METRICS, probes.figures(metrics, gate, server.metrics)),
            Route("/api/v1/audit", Audit(content.workers, gate)),
            Route("/api/v1/{rest:path}", Api(content, gate, bounds.body_seconds, _DESCRIBED)),
            Route("/extensions/v2/{rest:path}", Extension(content, gate, bounds.body_seconds)),
            Route("/lookaside/{rest:path}", lookaside),
            Route("//{rest:path}", lookaside),
        ],
        lifespan=lifespan,
    )
    front = _front(mounted, configuration, proxies, metrics, tell)
    return Service(front, close, proxies)


def _share(configuration: Configuration, tell: Tell | None) -> Service:
    """The application that only gives out a folder of signatures.

    Raises:
        StorageError: `service.folder-unshareable`.
    """
    proxies = Proxies(configuration.server.trusted_proxies)
    shared = SharedFolder(Path(configuration.server.lookaside_only), configuration.limits.body_seconds)
    mounted = Starlette(routes=[Route("/{rest:path}", shared)])
    return Service(_front(mounted, configuration, proxies, Metrics(), tell), lambda: None, proxies)


def _front(
    mounted: Starlette, configuration: Configuration, proxies: Proxies, metrics: Metrics, tell: Tell | None
) -> Front:
    bounds = configuration.limits
    return Front(
        mounted,
        Rules(
            bounds.body_bytes,
            bounds.body_seconds,
            configuration.server.read_only,
            unchanging=frozenset(),
            unrated=frozenset({probes.HEALTH, probes.READY}),
        ),
        Rates(bounds.requests_per_second_per_address, bounds.burst_seconds),
        proxies,
        metrics,
        tell,
    )
