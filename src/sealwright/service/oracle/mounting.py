"""Oracle's APIs put together: one table of operations, one gate, at the paths of both."""

import asyncio
import logging
from collections.abc import Sequence

from starlette.routing import Route

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.service.oracle import kms
from sealwright.service.oracle.once import Once
from sealwright.service.oracle.wire import Operation, Oracle
from sealwright.service.web.caller import Gate

__all__ = ["PATHS", "forget_now_and_then", "routes"]

PATHS = ("/20160918/{rest:path}", "/20180608/{rest:path}", *kms.PATHS)
"""Below the versions of the APIs, and of a vault."""

_log = logging.getLogger(__name__)

_FORGET_SECONDS = 10 * 60


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


async def forget_now_and_then(once: Once) -> None:
    """Forget answers and requests that are too old: now, and then every ten minutes, until cancelled."""
    while True:
        try:
            await once.forget()
        except (StorageError, OSError) as error:
            _log.warning("old answers could not be forgotten: %s", error)
        await asyncio.sleep(_FORGET_SECONDS)
