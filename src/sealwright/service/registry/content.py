"""What the registry works on: its storage, its uploads, and the threads that run its actions."""

import asyncio
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sealwright.errors import StorageError
from sealwright.service.configuration.quotas import Quota
from sealwright.service.registry.actions import uploads
from sealwright.service.registry.claims import Claims
from sealwright.service.registry.hooks import Hooks, NoHooks
from sealwright.service.storage import Database, Storage, now
from sealwright.service.storage.workers import Workers

__all__ = ["Content"]

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)

_THREADS = 8  # they wait for the disk; one of them at a time writes to the database
_SWEEP_SECONDS = 60 * 60


class Content:
    """The registry's content. Made and closed on any thread; everything else on the event loop.

    Attributes:
        storage: where it is.
        hooks: what slices above the registry add.
        quotas: how much repositories may hold.
        workers: the threads that run its actions.
        claims: what this server is receiving.
    """

    def __init__(self, storage: Storage, hooks: Hooks | None = None, quotas: tuple[Quota, ...] = ()) -> None:
        self.storage = storage
        self.quotas = quotas
        self.hooks: Hooks = hooks or NoHooks()
        self.workers = Workers(storage.database, _THREADS, "registry")
        self.claims = Claims()

    async def offload(self, action: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action on a thread of the registry's pool and wait for it."""
        return await self.workers.offload(action, *args, **kwargs)

    async def read(
        self, query: Callable[Concatenate[Database, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What a query of the database gives."""
        return await self.workers.read(query, *args, **kwargs)

    def tidy(self) -> None:
        """Forget what a crash left of pushes, before anything is received."""
        if not self.storage.shared:  # else others may be receiving it; `sweep` has the patience
            uploads.tidy(self.storage, now())

    async def sweep(self) -> None:
        """Drop uploads that rested too long: now, and then every hour, until cancelled."""
        while True:
            try:
                await self.offload(uploads.sweep, self.storage)
            except (StorageError, OSError) as error:
                _log.warning("uploads that rested too long could not be dropped: %s", error)
            await asyncio.sleep(_SWEEP_SECONDS)

    def close(self) -> None:
        """Wait for running actions and close the storage."""
        self.workers.close()
        self.storage.close()
