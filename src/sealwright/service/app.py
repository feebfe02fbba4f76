"""The service as one ASGI application, with everything mounted that its settings name."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sealwright.service import probes
from sealwright.service.accounts.accounts import Accounts
from sealwright.service.accounts.gate import TOKEN_PATH, AccountsGate
from sealwright.service.accounts.routes import api as accounts_api
from sealwright.service.accounts.routes.token import TokenService
from sealwright.service.accounts.workloads.exchange import Exchange
from sealwright.service.audit.routes import Audit
from sealwright.service.configuration import Configuration
from sealwright.service.registry.content import Content
from sealwright.service.registry.routes import Registry
from sealwright.service.storage import Database, Storage
from sealwright.service.web.caller import Gate
from sealwright.service.web.client_address import Proxies
from sealwright.service.web.front import Front, Rules
from sealwright.service.web.metrics import Metrics
from sealwright.service.web.rates import RatedGate, Rates
from sealwright.service.web.request_lines import Tell

__all__ = ["Service", "create"]


class Service:
    """The application. It holds its storage until its lifespan ends, or until `close`.

    Attributes:
        metrics: what it counts.
        proxies: whose word on a client's address it takes.
        database: of its storage.
    """

    def __init__(
        self, front: Front, held: contextlib.ExitStack, proxies: Proxies, database: Database
    ) -> None:
        self._front = front
        self._held = held
        self.metrics = front.metrics
        self.proxies = proxies
        self.database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._front(scope, receive, send)

    def end_soon(self) -> None:
        """Say at `/readyz` that it will end, and ask clients to close their connections."""
        self._front.ending = True

    def close(self) -> None:
        """Let everything go that it holds."""
        self._held.close()


def create(
    configuration: Configuration, tell: Tell | None = None, *, accounts_required: bool = False
) -> Service:
    """The application that some settings describe.

    Args:
        configuration: its settings; `storage.folder` is made if it is not there.
        tell: is told of every request that has ended.
        accounts_required: whether accounts are in force even while there are none.

    Raises:
        CallerError: `service.folder-in-use`, `service.folder-newer`, `service.setting-invalid` or
            `service.object-store-unknown`.
        StorageError: `service.folder-unusable` or `service.database-unreachable`.
    """
    held = contextlib.ExitStack()
    try:
        return _create(configuration, tell, held, accounts_required=accounts_required)
    except BaseException:
        held.close()
        raise


def _create(
    configuration: Configuration, tell: Tell | None, held: contextlib.ExitStack, *, accounts_required: bool
) -> Service:
    server, bounds = configuration.server, configuration.limits
    patience = bounds.body_seconds
    proxies = Proxies(server.trusted_proxies)
    metrics = Metrics()
    content = Content(Storage.open(configuration.storage), quotas=configuration.quotas)
    held.callback(content.close)
    content.tidy()
    database = content.storage.database

    accounts = AccountsGate(
        Accounts(database, configuration.accounts, server.public_url, required=accounts_required)
    )
    held.callback(accounts.close)
    exchange = Exchange(configuration.accounts.workloads, database)
    held.callback(exchange.close)
    gate: Gate = accounts
    if bounds.requests_per_second_per_account:
        gate = RatedGate(gate, Rates(bounds.requests_per_second_per_account, bounds.burst_seconds))

    probing = probes.Probes(content.storage, lambda: front.ending, read_only=server.read_only)
    held.callback(probing.close)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(content.sweep())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            held.close()

    health = probes.health(probing)
    registry = Registry(content, gate, patience)
    administration = accounts_api.AccountsApi(accounts.accounts, gate, patience)
    mounted = Starlette(
        routes=[
            Route("/v2", registry),
            Route("/v2/{rest:path}", registry),
            Route(TOKEN_PATH, TokenService(accounts, exchange, patience)),
            Route(probes.HEALTH, health),
            Route(probes.READY, health),
            Route(probes.METRICS, probes.figures(metrics, gate, server.metrics)),
            Route("/api/v1/audit", Audit(content.workers, gate)),
            *(Route(path, administration) for path in accounts_api.PATHS),
        ],
        lifespan=lifespan,
    )
    front = Front(
        mounted,
        Rules(
            bounds.body_bytes,
            patience,
            server.read_only,
            unchanging=frozenset({TOKEN_PATH}),
            unrated=frozenset({probes.HEALTH, probes.READY}),
        ),
        Rates(bounds.requests_per_second_per_address, bounds.burst_seconds),
        proxies,
        metrics,
        tell,
    )
    return Service(front, held, proxies, database)
