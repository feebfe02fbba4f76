"""The service as one ASGI application, with everything mounted that its folder is configured for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from sealwright import limits
from sealwright.service.configuration.document import Storage as Settings
from sealwright.service.registry.content import Content
from sealwright.service.registry.routes import Registry
from sealwright.service.storage import Storage

__all__ = ["create"]


def create(folder: Path, patience: float = limits.BODY_PIECE_SECONDS) -> Starlette:
    """The application on a folder, which it holds until its lifespan ends (or `app.state.close()`).

    Args:
        folder: where it keeps everything; made if it is not there.
        patience: how many seconds a client may be silent in the middle of a body.

    Raises:
        CallerError: `service.folder-in-use` or `service.folder-newer`.
        StorageError: `service.folder-unusable`.
    """
    content = Content(Storage.open(Settings(folder=str(folder))))

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(content.sweep())
        try:
            yield
        finally:
            sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeping
            content.close()

    registry = Registry(content, patience=patience)
    app = Starlette(
        routes=[Route("/v2", registry), Route("/v2/{rest:path}", registry)],
        lifespan=lifespan,
    )
    app.state.close = content.close
    return app
