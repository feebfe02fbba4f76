"""Garbage collection by the server itself, every so often; of servers that share a storage, one does it."""

import asyncio
import logging

import msgspec

from sealwright.errors import SealwrightError
from sealwright.service.configuration.gc import Gc
from sealwright.service.registry.actions.collecting import Collected, Terms, collect
from sealwright.service.registry.content import Content
from sealwright.service.registry.queries import chores
from sealwright.service.storage import now

__all__ = ["collect_now_and_then"]

_log = logging.getLogger(__name__)

_HOUR = 60 * 60
_LOOK_SECONDS = 60
_CHORE = "gc"


async def collect_now_and_then(content: Content, settings: Gc) -> None:
    """Collect whenever it is due, until cancelled."""
    if not settings.every_hours:
        return
    terms = Terms(settings.grace_hours * _HOUR, settings.untagged_hours * _HOUR or None)
    pause = min(settings.every_hours * _HOUR, _LOOK_SECONDS)
    while True:
        await asyncio.sleep(pause)
        try:
            if await content.offload(_is_due, content, settings.every_hours):
                found = await content.offload(collect, content, terms)
                if found != Collected():
                    _log.info("garbage collection removed %s", msgspec.to_builtins(found))
        except (SealwrightError, OSError) as error:
            _log.warning("garbage could not be collected: %s", error)


def _is_due(content: Content, hours: float) -> bool:
    at = now()
    with content.storage.database.write() as transaction:
        return chores.take(transaction, _CHORE, at, at + int(hours * _HOUR * 1_000_000))
