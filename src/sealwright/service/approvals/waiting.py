"""Waiting for a request to change, whoever changes it: another server, or the clock alone."""

import asyncio
import time
from collections.abc import Callable

from sealwright import limits
from sealwright.service.approvals.queries import requests as rows
from sealwright.service.storage import Database, now
from sealwright.service.storage.workers import Workers

__all__ = ["Waiting"]

_LOOK_SECONDS = 0.25


class Waiting:
    """Those who wait; at most `limits.APPROVAL_WAITERS`, and the others are answered at once.

    Args:
        workers: read the database.
        ending: whether the server is about to end; nobody waits for anything then.
    """

    def __init__(self, workers: Workers, ending: Callable[[], bool]) -> None:
        self._workers = workers
        self._ending = ending
        self._count = 0

    async def change(self, identifier: str, known: int | None, seconds: float) -> None:
        """Return when a request is not as it was, or after so many seconds.

        Args:
            identifier: of the request.
            known: the revision that the client knows; None for the current one.
            seconds: the longest wait.
        """
        if not seconds or self._count >= limits.APPROVAL_WAITERS:
            return
        self._count += 1
        try:
            await self._change(identifier, known, time.monotonic() + seconds)
        finally:
            self._count -= 1

    async def _change(self, identifier: str, known: int | None, end: float) -> None:
        before: object = None
        while True:
            found = await self._workers.read(_how, identifier)
            if known is not None and (found is None or found[0] != known):
                return
            if before is not None and found != before:
                return
            before = found
            left = end - time.monotonic()
            if left <= 0 or self._ending():
                return
            await asyncio.sleep(min(left, _LOOK_SECONDS))


def _how(database: Database, identifier: str) -> tuple[int, bool, bool] | None:
    """Number of entries, and which of its times are over; nothing of it is believed."""
    found = rows.glance(database, identifier)
    if found is None:
        return None
    entries, ready_at, expires_at = found
    at = now()
    return entries, bool(ready_at) and at >= ready_at, at > expires_at
