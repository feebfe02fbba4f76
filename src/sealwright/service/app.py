"""The service as one ASGI application, with everything mounted that its settings name."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sealwright.service import probes
from sealwright.service.accounts.accounts import Accounts
from sealwright.service.accounts.gate import TOKEN_PATH, AccountsGate
from sealwright.service.accounts.routes import api as accounts_api
from sealwright.service.accounts.routes.token import TokenService
from sealwright.service.accounts.workloads.exchange import Exchange
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
from sealwright.service.signatures.signed_only.policies import Policies
from sealwright.service.signatures.signed_only.rules import Rules
from sealwright.service.storage import Database, Storage
from sealwright.service.web.caller import Gate
from sealwright.service.web.client_address import Proxies
from sealwright.service.web.front import Front
from sealwright.service.web.front import Rules as FrontRules
from sealwright.service.web.metrics import Metrics
from sealwright.service.web.rates import RatedGate, Rates
from sealwright.service.web.request_lines import Tell

__all__ = ["Service", "create"]

_DESCRIBED = ("sealwright.service.accounts", "sealwright.service.audit")
"""Packages that may say in an `openapi.json` what they offer below `/api/v1`."""


class Service:
    """The application. It holds its storage until its lifespan ends, or until `close`.

    Attributes:
        metrics: what it counts.
        proxies: whose word on a client's address it takes.
        database: of its storage; None where it only shares a folder of signatures.
    """

    def __init__(
        self, front: Front, held: contextlib.ExitStack, proxies: Proxies, database: Database | None
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
        CallerError: `service.folder-in-use`, `service.folder-newer`, `service.setting-invalid`,
            `service.signed-only-incomplete` or `service.object-store-unknown`.
        DocumentError: a policy of `signed_only` cannot be used.
        StorageError: `service.folder-unusable`, `service.database-unreachable`,
            `service.folder-unshareable`, or a policy of `signed_only` cannot be read.
    """
    held = contextlib.ExitStack()
    if configuration.server.lookaside_only:
        return _share(configuration, tell, held)
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
    rules = Rules(configuration.signed_only)
    policies = Policies(rules.tables)
    storage = Storage.open(configuration.storage)
    admission = SignedOnlyGate(storage, rules, policies)
    content = Content(storage, SignatureHooks(storage, admission), configuration.quotas)
    held.callback(content.close)
    held.callback(admission.close)
    content.tidy()
    database = storage.database

    accounts = AccountsGate(Accounts(database, configuration.accounts, required=accounts_required))
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
        tasks = [asyncio.create_task(content.sweep()), asyncio.create_task(bringing_in.run(content))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            held.close()

    health = probes.health(probing)
    registry = Registry(content, gate, patience, (SUPPORTED,))
    lookaside = Lookaside(content, gate, patience)
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
            Route("/api/v1/{rest:path}", Api(content, gate, patience, _DESCRIBED)),
            Route("/extensions/v2/{rest:path}", Extension(content, gate, patience)),
            Route("/lookaside/{rest:path}", lookaside),
            Route("//{rest:path}", lookaside),
        ],
        lifespan=lifespan,
    )
    front = _front(mounted, configuration, proxies, metrics, tell)
    return Service(front, held, proxies, database)


def _share(configuration: Configuration, tell: Tell | None, held: contextlib.ExitStack) -> Service:
    """The application that only gives out a folder of signatures."""
    proxies = Proxies(configuration.server.trusted_proxies)
    shared = SharedFolder(Path(configuration.server.lookaside_only), configuration.limits.body_seconds)
    mounted = Starlette(routes=[Route("/{rest:path}", shared)])
    return Service(_front(mounted, configuration, proxies, Metrics(), tell), held, proxies, None)


def _front(
    mounted: Starlette, configuration: Configuration, proxies: Proxies, metrics: Metrics, tell: Tell | None
) -> Front:
    bounds = configuration.limits
    return Front(
        mounted,
        FrontRules(
            bounds.body_bytes,
            bounds.body_seconds,
            configuration.server.read_only,
            unchanging=frozenset({TOKEN_PATH}),
            unrated=frozenset({probes.HEALTH, probes.READY}),
        ),
        Rates(bounds.requests_per_second_per_address, bounds.burst_seconds),
        proxies,
        metrics,
        tell,
    )
