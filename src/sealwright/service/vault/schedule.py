"""The end of what is due, looked for by the server itself, every so often."""

import asyncio
import logging

from sealwright import limits
from sealwright.errors import SealwrightError
from sealwright.service.storage.workers import Workers
from sealwright.service.vault.vaults import Vaults

__all__ = ["end_now_and_then"]

_log = logging.getLogger(__name__)


async def end_now_and_then(vaults: Vaults, workers: Workers) -> None:
    """Destroy whatever is to be deleted by then, now and every minute, until cancelled."""
    while True:
        try:
            done = await workers.offload(vaults.tend)
            if done:
                _log.info("%d vaults, keys and versions were deleted, as planned", done)
        except (SealwrightError, OSError) as error:
            _log.warning("what is due in the vaults could not be deleted: %s", error)
        await asyncio.sleep(limits.VAULT_TEND_SECONDS)
