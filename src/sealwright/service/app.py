"""The service as one ASGI application, with everything mounted that its settings name."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sealwright.service import probes
from sealwright.service.accounts.accounts import Accounts
from sealwright.service.accounts.gate import TOKEN_PATH, AccountsGate
from sealwright.service.accounts.routes import api as accounts_api
from sealwright.service.accounts.routes.token import TokenService
from sealwright.service.accounts.workloads.exchange import Exchange
from sealwright.service.api.routes import Api
from sealwright.service.api.vault_signatures import PATHS as KMS_PATHS
from sealwright.service.api.vault_signatures import VaultSignaturesApi
from sealwright.service.assembly import content as contents
from sealwright.service.assembly import oracle, vaults
from sealwright.service.audit.routes import Audit
from sealwright.service.authority import offices as authorities
from sealwright.service.authority.office import Office
from sealwright.service.authority.routes import AuthorityRoutes, unchanging
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.bounds import Limits
from sealwright.service.extension.routes import SUPPORTED, Extension
from sealwright.service.lookaside.folder import SharedFolder
from sealwright.service.lookaside.routes import Lookaside
from sealwright.service.oracle.mounting import PATHS as ORACLE_PATHS
from sealwright.service.oracle.wire import OracleSlice
from sealwright.service.registry.routes import Registry
from sealwright.service.registry.schedule import collect_now_and_then
from sealwright.service.signatures import bringing_in
from sealwright.service.storage import Database
from sealwright.service.web.caller import Gate
from sealwright.service.web.client_address import Proxies
from sealwright.service.web.front import Front
from sealwright.service.web.front import Rules as FrontRules
from sealwright.service.web.metrics import Metrics
from sealwright.service.web.rates import RatedGate, Rates
from sealwright.service.web.request_lines import Tell

if TYPE_CHECKING:
    from sealwright.service.oracle.tunnel.listener import Listener

__all__ = ["Service", "create", "create_authority"]

_DESCRIBED = (
    "sealwright.service.accounts",
    "sealwright.service.approvals",
    "sealwright.service.audit",
    "sealwright.service.oracle.setup",
    "sealwright.service.vault",
)
"""Packages that may say in an `openapi.json` what they offer below `/api/v1`."""


class Service:
    """The application. It holds its storage until its lifespan ends, or until `close`.

    Attributes:
        metrics: what it counts.
        proxies: whose word on a client's address it takes.
        place: what it serves, as told to users.
        database: of its storage, if it has one.
        use: what it is for, as told to users, if it has no storage.
        tunnel: the way to it for Oracle's client, if there is one; opened and closed by who listens.
    """

    def __init__(
        self,
        front: Front,
        held: contextlib.ExitStack,
        proxies: Proxies,
        place: str,
        database: Database | None,
        use: str = "",
        tunnel: "Listener | None" = None,
    ) -> None:
        self._front = front
        self._held = held
        self.metrics = front.metrics
        self.proxies = proxies
        self.place = place
        self.database = database
        self.use = use
        self.tunnel = tunnel

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
            `service.object-store-unknown` or `service.signed-only-incomplete`.
        DocumentError: a policy of `signed_only` cannot be used.
        StorageError: `service.folder-unusable`, `service.database-unreachable`,
            `service.folder-unshareable`, or a policy of `signed_only` cannot be read.
    """
    if configuration.server.lookaside_only:
        return _share(configuration, tell)
    held = contextlib.ExitStack()
    try:
        return _create(configuration, tell, held, accounts_required=accounts_required)
    except BaseException:
        held.close()
        raise


def _create(
    configuration: Configuration, tell: Tell | None, held: contextlib.ExitStack, *, accounts_required: bool
) -> Service:
    bounds = configuration.limits
    patience = bounds.body_seconds
    proxies = Proxies(configuration.server.trusted_proxies)
    metrics = Metrics()

    opened = contents.opened(configuration, held)
    content = opened.content
    storage = content.storage
    accounts = AccountsGate(
        Accounts(
            storage.database,
            configuration.accounts,
            configuration.server.public_url,
            required=accounts_required,
            namespace=configuration.oracle.namespace,
        )
    )
    held.callback(accounts.close)
    exchange = Exchange(configuration.accounts.workloads, storage.database)
    held.callback(exchange.close)
    rated = partial(_rated, bounds)
    gate = rated(accounts)
    probing = probes.Probes(storage, lambda: front.ending, read_only=configuration.server.read_only)
    held.callback(probing.close)

    offices = authorities.opened(configuration.authority, held)
    authorities.watch(offices, metrics)

    vaulted = vaults.assembled(configuration, storage.database, held)
    opened.keys.vaults = vaulted.vaults

    health = probes.health(probing)
    registry = Registry(content, gate, patience, (SUPPORTED,))
    lookaside = Lookaside(content, gate, patience)
    administration = accounts_api.AccountsApi(accounts.accounts, gate, patience)
    oracles = oracle.assembled(configuration, opened, vaulted, accounts.accounts, gate, rated, metrics)
    by_vaults = VaultSignaturesApi(content, opened.keys, oracles.noted, gate, patience)
    mounted = Starlette(
        routes=[
            Route("/v2", registry),
            Route("/v2/{rest:path}", registry),
            Route(TOKEN_PATH, TokenService(accounts, exchange, patience)),
            Route(probes.HEALTH, health),
            Route(probes.READY, health),
            Route(probes.METRICS, probes.figures(metrics, gate, configuration.server.metrics)),
            Route("/api/v1/audit", Audit(content.workers, gate)),
            *(Route(path, administration) for path in accounts_api.PATHS),
            *vaulted.routes(configuration, gate, lambda: front.ending),
            *oracles.routes,
            *(Route(path, by_vaults) for path in KMS_PATHS),
            Route("/api/v1/{rest:path}", Api(content, gate, patience, _DESCRIBED)),
            *([Route("/pki/{rest:path}", AuthorityRoutes(offices, patience))] if offices else []),
            Route("/extensions/v2/{rest:path}", Extension(content, gate, patience)),
            Route("/lookaside/{rest:path}", lookaside),
            Route("//{rest:path}", lookaside),
        ],
        lifespan=lambda _app: _running(
            held,
            content.sweep(),
            bringing_in.run(content),
            collect_now_and_then(content, configuration.gc),
            *vaulted.chores(),
            *oracles.chores(),
            *(office.run() for office in offices),
        ),
    )
    front = _front(mounted, configuration, proxies, metrics, tell, unchanging(offices))
    place = configuration.storage.folder or f"{storage.database.place} and {storage.blobs.place}"
    return Service(front, held, proxies, place, storage.database, tunnel=oracles.tunnel)


def _rated(bounds: Limits, gate: Gate) -> Gate:
    """The gate, which lets each account ask only so often."""
    if not bounds.requests_per_second_per_account:
        return gate
    return RatedGate(gate, Rates(bounds.requests_per_second_per_account, bounds.burst_seconds))


@contextlib.asynccontextmanager
async def _running(held: contextlib.ExitStack, *chores: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do chores until the application ends, then let go of everything."""
    tasks = [asyncio.create_task(chore) for chore in chores]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        held.close()


def _share(configuration: Configuration, tell: Tell | None) -> Service:
    """The application that only gives out a folder of signatures.

    Raises:
        StorageError: `service.folder-unshareable`.
    """
    folder = configuration.server.lookaside_only
    proxies = Proxies(configuration.server.trusted_proxies)
    shared = SharedFolder(Path(folder), configuration.limits.body_seconds)
    mounted = Starlette(routes=[Route("/{rest:path}", shared)])
    front = _front(mounted, configuration, proxies, Metrics(), tell)
    use = "signatures only: anyone who reaches this address may read them"
    return Service(front, contextlib.ExitStack(), proxies, folder, None, use)


def create_authority(
    configuration: Configuration, office: Office, alone: str, tell: Tell | None = None
) -> Service:
    """The application that does one thing for one PKI, at every path.

    Args:
        configuration: limits and address; nothing else of it counts.
        office: the PKI; closed at the end.
        alone: `ocsp` or `tsa`.
        tell: is told of every request that has ended.
    """
    held = contextlib.ExitStack()
    held.callback(office.close)
    proxies = Proxies(configuration.server.trusted_proxies)
    metrics = Metrics()
    routes = AuthorityRoutes((office,), configuration.limits.body_seconds, alone)
    mounted = Starlette(
        routes=[Route("/{rest:path}", routes)], lifespan=lambda _app: _running(held, office.run())
    )
    front = _front(mounted, configuration, proxies, metrics, tell)
    use = f"{alone} for {' and '.join(office.subjects)}: anyone who reaches this address may ask"
    return Service(front, held, proxies, office.settings.folder, None, use)


def _front(
    mounted: ASGIApp,
    configuration: Configuration,
    proxies: Proxies,
    metrics: Metrics,
    tell: Tell | None,
    unchanging: frozenset[str] = frozenset(),
) -> Front:
    """What every request passes first."""
    bounds = configuration.limits
    return Front(
        mounted,
        FrontRules(
            bounds.body_bytes,
            bounds.body_seconds,
            configuration.server.read_only,
            unchanging=frozenset({TOKEN_PATH}) | unchanging,
            unrated=frozenset({probes.HEALTH, probes.READY}),
            forms=tuple((path.removesuffix("{rest:path}"), OracleSlice) for path in ORACLE_PATHS),
        ),
        Rates(bounds.requests_per_second_per_address, bounds.burst_seconds),
        proxies,
        metrics,
        tell,
    )
