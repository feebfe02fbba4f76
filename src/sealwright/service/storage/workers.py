"""Threads for what must not run on the event loop: writes, and reads of a database elsewhere."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sealwright.service.storage.database import Database

__all__ = ["Workers"]

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """One pool of threads. Made and closed on any thread; everything else on the event loop.

    Args:
        database: what `read` asks.
        threads: how many; each holds at most one connection to the database.
        name: of the threads.
    """

    def __init__(self, database: Database, threads: int, name: str) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(threads, name)

    async def offload(self, action: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action on a thread and wait for it."""
        loop = asyncio.get_running_loop()
        context = contextvars.copy_context()  # the action is for the same request
        return await loop.run_in_executor(self._threads, lambda: context.run(lambda: action(*args, **kwargs)))

    async def read(
        self, query: Callable[Concatenate[Database, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What a query gives: at once where reading takes microseconds, else from a thread."""
        if self._database.near:
            return query(self._database, *args, **kwargs)
        return await self.offload(query, self._database, *args, **kwargs)

    def close(self) -> None:
        """Wait for what is running."""
        self._threads.shutdown()
