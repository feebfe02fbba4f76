"""Oracle's APIs put together: one table of operations, one gate, at the paths of both."""

import asyncio
import logging
from collections.abc import Sequence

from starlette.routing import Route

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.service.oracle import kms
from sealwright.service.oracle.actions.bringing_in import STEPS
from sealwright.service.oracle.once import Once
from sealwright.service.oracle.queries import images
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.oracle.wire import Operation, Oracle
from sealwright.service.registry.content import Content
from sealwright.service.storage import Database, now
from sealwright.service.web.caller import Gate

__all__ = ["PATHS", "bring_in", "forget_now_and_then", "routes"]

PATHS = ("/20160918/{rest:path}", "/20180608/{rest:path}", *kms.PATHS)
"""Below the versions of the APIs, and of a vault."""

_log = logging.getLogger(__name__)

_FORGET_SECONDS = 10 * 60
_AGAIN_SECONDS = 30
_SECOND = 1_000_000


def routes(
    operations: Sequence[Operation],
    gate: Gate,
    once: Once,
    patience: float = limits.BODY_PIECE_SECONDS,
) -> list[Route]:
    """Where the operations answer.

    Args:
        operations: of all APIs.
        gate: finds out who signed a request.
        once: notes what was answered.
        patience: how many seconds a client may be silent in the middle of a body.
    """
    application = Oracle(operations, gate, once, patience)
    return [Route(path, application) for path in PATHS]


async def bring_in(content: Content, tenancy: Tenancy) -> None:
    """Take up what the API does not know yet, and end; where the storage fails, try again later."""
    left = list(STEPS)
    while left:
        try:
            if not await content.offload(left[0], content.storage.database, tenancy):
                left.pop(0)
        except (StorageError, OSError) as error:
            _log.warning("images from before could not be brought in: %s", error)
            await asyncio.sleep(_AGAIN_SECONDS)


async def forget_now_and_then(content: Content, once: Once) -> None:
    """Forget what is too old: answers, requests, manifests of deleted images. Every ten minutes."""
    while True:
        try:
            await once.forget()
            await content.offload(_forget_manifests, content.storage.database)
        except (StorageError, OSError) as error:
            _log.warning("old answers could not be forgotten: %s", error)
        await asyncio.sleep(_FORGET_SECONDS)


def _forget_manifests(database: Database) -> None:
    with database.write() as transaction:
        images.forget_content(transaction, now() - limits.ORACLE_RESTORE_SECONDS * _SECOND)
