"""The service as one ASGI application, with everything mounted that its folder is configured for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from sealwright import limits
from sealwright.service.api.routes import Api
from sealwright.service.configuration.document import Storage as Settings
from sealwright.service.configuration.signed_only import SignedOnly
from sealwright.service.extension.routes import SUPPORTED, Extension
from sealwright.service.lookaside.folder import SharedFolder
from sealwright.service.lookaside.routes import Lookaside
from sealwright.service.registry.content import Content
from sealwright.service.registry.routes import Registry
from sealwright.service.signatures import bringing_in
from sealwright.service.signatures.hooks import SignatureHooks
from sealwright.service.signatures.signed_only.gate import SignedOnlyGate
from sealwright.service.storage import Storage

__all__ = ["create", "share"]

_DESCRIBED = ("sealwright.service.accounts", "sealwright.service.audit")
"""Packages that may say in an `openapi.json` what they offer below `/api/v1`."""


def create(
    folder: Path,
    patience: float = limits.BODY_PIECE_SECONDS,
    signed_only: tuple[SignedOnly, ...] = (),
) -> Starlette:
    """The application on a folder, which it holds until its lifespan ends (or `app.state.close()`).

    Args:
        folder: where it keeps everything; made if it is not there.
        patience: how many seconds a client may be silent in the middle of a body.
        signed_only: which repositories give out signed images only.

    Raises:
        CallerError: `service.folder-in-use`, `service.folder-newer` or `service.signed-only-incomplete`.
        DocumentError: a policy of `signed_only` cannot be used.
        StorageError: `service.folder-unusable`, or a policy of `signed_only` cannot be read.
    """
    storage = Storage.open(Settings(folder=str(folder)))
    try:
        admission = SignedOnlyGate(storage, signed_only)
    except BaseException:
        storage.close()
        raise
    content = Content(storage, SignatureHooks(storage, admission))

    def close() -> None:
        admission.close()
        content.close()

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(content.sweep()), asyncio.create_task(bringing_in.run(content))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            close()

    registry = Registry(content, patience=patience, headers=(SUPPORTED,))
    lookaside = Lookaside(content, patience=patience)
    app = Starlette(
        routes=[
            Route("/v2", registry),
            Route("/v2/{rest:path}", registry),
            Route("/extensions/v2/{rest:path}", Extension(content, patience=patience)),
            Route("/lookaside/{rest:path}", lookaside),
            Route("//{rest:path}", lookaside),
            Route("/api/v1/{rest:path}", Api(content, patience=patience, fragments=_DESCRIBED)),
        ],
        lifespan=lifespan,
    )
    app.state.close = close
    return app


def share(folder: Path) -> Starlette:
    """An application that only gives out the signatures of a folder (see `lookaside.folder`).

    Raises:
        StorageError: `service.folder-unshareable`.
    """
    app = Starlette(routes=[Route("/{rest:path}", SharedFolder(folder))])
    app.state.close = lambda: None
    return app
