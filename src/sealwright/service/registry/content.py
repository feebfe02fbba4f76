"""What the registry works on: its storage, its uploads, and the threads that run its actions."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from sealwright.errors import StorageError
from sealwright.service.registry.actions import uploads
from sealwright.service.registry.sessions import Sessions
from sealwright.service.storage import Storage

__all__ = ["Content"]

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)

_THREADS = 8  # they wait for the disk; one of them at a time writes to the database
_SWEEP_SECONDS = 60 * 60


class Content:
    """The registry's content. Made and closed on any thread; everything else on the event loop."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.sessions = Sessions(uploads.begun(storage))
        self._threads = ThreadPoolExecutor(_THREADS, "registry")
        uploads.tidy(storage)

    async def offload(self, action: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action on a thread of the registry's pool and wait for it."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: action(*args, **kwargs))

    async def sweep(self) -> None:
        """Drop uploads that rested too long: now, and then every hour, until cancelled."""
        while True:
            for session in self.sessions.expired():
                try:
                    await self.offload(uploads.drop, self.storage, session.id)
                except (StorageError, OSError) as error:
                    _log.warning("an upload that rested too long could not be dropped: %s", error)
                    continue
                self.sessions.forget(session)
            await asyncio.sleep(_SWEEP_SECONDS)

    def close(self) -> None:
        """Wait for running actions and close the storage."""
        self._threads.shutdown()
        self.storage.close()
