"""What time does to requests: it is written down and told, and what has long ended is forgotten.

Nothing waits for this: how a request stands follows from the clock, whether or not it was swept. A request is
only forgotten after it has expired, also where it was spent or denied long before. So whoever puts its rows
back by hand has a request that nobody can use.
"""

import asyncio
import logging

from sealwright import limits
from sealwright.errors import SealwrightError
from sealwright.service import audit
from sealwright.service.approvals import notices
from sealwright.service.approvals.approvals import Approvals
from sealwright.service.approvals.delivery import Delivery
from sealwright.service.approvals.queries import chores
from sealwright.service.storage import now
from sealwright.service.storage.workers import Workers

__all__ = ["run", "sweep"]

_log = logging.getLogger(__name__)

_DAY = 24 * 60 * 60 * 1_000_000
_ACTOR = "sealwright"
_PAUSE_SECONDS = 1.0


async def run(approvals: Approvals, delivery: Delivery, workers: Workers) -> None:
    """Sweep, and tell webhooks, until cancelled."""
    while True:
        try:
            await workers.offload(sweep, approvals)
            while await workers.offload(delivery.send_due):
                pass
        except (SealwrightError, OSError) as error:
            _log.warning("requests for approval could not be looked after: %s", error)
        await asyncio.sleep(_PAUSE_SECONDS)


def sweep(approvals: Approvals) -> None:
    """Note which requests have become ready or have expired, and forget those that ended long ago."""
    at = now()
    for identifier in chores.ripe(approvals.database, at, limits.APPROVALS_SWEPT):
        try:
            _settle(approvals, identifier, at)
        except SealwrightError as error:
            _log.warning("the request for approval %s could not be looked after: %s", identifier, error)
    before = at - int(approvals.settings.keep_days * _DAY)
    for identifier in chores.ended(approvals.database, before, limits.APPROVALS_SWEPT):
        with approvals.database.write() as transaction:
            chores.forget(transaction, identifier)


def _settle(approvals: Approvals, identifier: str, at: int) -> None:
    with approvals.database.write() as transaction:
        opened = approvals.ledger.locked(transaction, identifier)
        if opened is None:
            return
        state = opened.state(at)
        if state == opened.kept.state or state not in ("ready", "expired"):
            return  # another server was faster
        opened = approvals.ledger.append(transaction, opened, state, at, _ACTOR)
        audit.record(
            transaction,
            _ACTOR,
            "approval.expire" if state == "expired" else "approval.ripen",
            subject=identifier,
            key=opened.kept.key,
            operation=opened.kept.operation,
        )
        notices.add(transaction, approvals.settings, state, opened, at)
