"""Signatures from before their table are brought in while the service runs, bit by bit."""

import asyncio
import logging

from sealwright.errors import StorageError
from sealwright.service.registry.content import Content
from sealwright.service.signatures.actions.bringing_in import bring_in

__all__ = ["run"]

_log = logging.getLogger(__name__)

_AGAIN_SECONDS = 30


async def run(content: Content) -> None:
    """Bring in what is left, and end; where the storage fails, try again later."""
    more = True
    while more:
        try:
            more = await content.offload(bring_in, content.storage)
        except (StorageError, OSError) as error:
            _log.warning("signatures from before could not be brought in: %s", error)
            await asyncio.sleep(_AGAIN_SECONDS)
