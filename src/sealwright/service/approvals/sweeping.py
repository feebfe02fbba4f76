"""What time does to requests: it is written down and told, and what has long ended is forgotten.

Nothing waits for this: how a request stands follows from the clock, whether or not it was swept. A request is
only forgotten after it has expired, also where it was spent or denied long before. So whoever puts its rows
back by hand has a request that nobody can use.
"""

import asyncio
import logging

from sealwright import limits
from sealwright.errors import SealwrightError, StorageError
from sealwright.service import audit
from sealwright.service.approvals import notices
from sealwright.service.approvals.approvals import Approvals
from sealwright.service.approvals.delivery import Delivery
from sealwright.service.approvals.queries import chores
from sealwright.service.storage import now
from sealwright.service.storage.workers import Workers

__all__ = ["Sweeper"]

_log = logging.getLogger(__name__)

_SECOND = 1_000_000
_DAY = 24 * 60 * 60 * 1_000_000
_ACTOR = "sealwright"
_PAUSE_SECONDS = 1.0


class Sweeper:
    """Looks after requests.

    Args:
        approvals: of the service.
        delivery: tells webhooks.
        workers: sweep.
    """

    def __init__(self, approvals: Approvals, delivery: Delivery, workers: Workers) -> None:
        self._approvals = approvals
        self._delivery = delivery
        self._workers = workers
        self._broken: set[str] = set()
        self._give_up_at = 0

    async def run(self) -> None:
        """Sweep, and tell webhooks, until cancelled."""
        async with asyncio.TaskGroup() as chores_of_both:
            chores_of_both.create_task(self._delivery.run())
            chores_of_both.create_task(self._sweep_now_and_then())

    async def _sweep_now_and_then(self) -> None:
        while True:
            try:
                await self._workers.offload(self.sweep)
            except (SealwrightError, OSError) as error:
                _log.warning("requests for approval could not be looked after: %s", error)
            await asyncio.sleep(_PAUSE_SECONDS)

    def sweep(self) -> None:
        """Note which requests have become ready or have expired, and forget those that ended long ago."""
        at = now()
        database = self._approvals.database
        for identifier in chores.ripe(database, at, limits.APPROVALS_SWEPT + len(self._broken)):
            if identifier in self._broken:
                continue
            try:
                self._settle(identifier, at)
            except StorageError as error:
                if error.code != "sealing.altered":
                    raise
                self._broken.add(identifier)  # its rows were changed by hand; it is said once
                _log.warning("the request for approval %s is not believed: %s", identifier, error)
        if at >= self._give_up_at:
            self._give_up_at = at + limits.WEBHOOK_PAUSE_SECONDS * _SECOND
            self._delivery.give_up()
        before = at - int(self._approvals.settings.keep_days * _DAY)
        for identifier in chores.ended(database, before, limits.APPROVALS_SWEPT):
            with database.write() as transaction:
                chores.forget(transaction, identifier)

    def _settle(self, identifier: str, at: int) -> None:
        approvals = self._approvals
        with approvals.database.write() as transaction:
            opened = approvals.ledger.locked(transaction, identifier)
            state = None if opened is None else opened.state(at)
            if opened is None or state == opened.kept.state or state not in ("ready", "expired"):
                return  # another server was faster
            opened = approvals.ledger.append(transaction, opened, state, at, _ACTOR)
            audit.record(
                transaction,
                _ACTOR,
                "approval-request.expire" if state == "expired" else "approval-request.ripen",
                subject=identifier,
                key=opened.kept.key,
                operation=opened.kept.operation,
            )
            notices.add(transaction, approvals.settings, state, opened, at)
