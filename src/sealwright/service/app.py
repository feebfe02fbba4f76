"""The service as one ASGI application, with everything mounted that its folder is configured for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from sealwright import limits
from sealwright.service.accounts.accounts import Accounts
from sealwright.service.accounts.gate import TOKEN_PATH, AccountsGate
from sealwright.service.accounts.routes import api as accounts_api
from sealwright.service.accounts.routes.token import TokenService
from sealwright.service.accounts.workloads.exchange import Exchange
from sealwright.service.configuration.accounts import Accounts as AccountsSettings
from sealwright.service.configuration.document import Storage as Settings
from sealwright.service.registry.content import Content
from sealwright.service.registry.routes import Registry
from sealwright.service.storage import Storage

__all__ = ["create"]


def create(
    folder: Path,
    patience: float = limits.BODY_PIECE_SECONDS,
    accounts: AccountsSettings = AccountsSettings(),  # noqa: B008  # a constant
    *,
    accounts_required: bool = False,
) -> Starlette:
    """The application on a folder, which it holds until its lifespan ends (or `app.state.close()`).

    Args:
        folder: where it keeps everything; made if it is not there.
        patience: how many seconds a client may be silent in the middle of a body.
        accounts: settings of the accounts.
        accounts_required: whether they are in force even while there are none.

    Raises:
        CallerError: `service.folder-in-use` or `service.folder-newer`.
        StorageError: `service.folder-unusable`.
    """
    content = Content(Storage.open(Settings(folder=str(folder))))
    database = content.storage.database
    gate = AccountsGate(Accounts(database, accounts, required=accounts_required))
    exchange = Exchange(accounts.workloads, database)

    def close() -> None:
        exchange.close()
        gate.close()
        content.close()

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(content.sweep())
        try:
            yield
        finally:
            sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeping
            close()

    registry = Registry(content, gate, patience)
    administration = accounts_api.AccountsApi(gate.accounts, gate, patience)
    app = Starlette(
        routes=[
            Route("/v2", registry),
            Route("/v2/{rest:path}", registry),
            Route(TOKEN_PATH, TokenService(gate, exchange, patience)),
            *(Route(path, administration) for path in accounts_api.PATHS),
        ],
        lifespan=lifespan,
    )
    app.state.close = close
    app.state.database = database
    return app
