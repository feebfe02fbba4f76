"""What the slices of the accounts share: the database, how things stand there, and the settings."""

import asyncio
import time

import msgspec

from sealwright import limits
from sealwright.service.accounts.actions import tokens as doing
from sealwright.service.accounts.names import ANONYMOUS
from sealwright.service.accounts.queries import grants, state
from sealwright.service.accounts.queries.state import SigningKey
from sealwright.service.configuration.accounts import Accounts as Settings
from sealwright.service.storage import Database
from sealwright.service.storage.workers import Workers
from sealwright.service.web.caller import Caller

__all__ = ["Accounts", "Known"]

_THREADS = 4


class Known(msgspec.Struct, frozen=True):
    """How things stand.

    Attributes:
        version: grows with every change of the accounts.
        in_force: whether somebody who shows no credentials is nobody in particular.
        anonymous: that caller.
        keys: those of bearer tokens; the first one signs.
    """

    version: int
    in_force: bool
    anonymous: Caller
    keys: tuple[SigningKey, ...]


class Accounts:
    """The accounts of a running server. Made and closed on any thread; everything else on the event loop.

    Args:
        database: of the service.
        settings: its table `[accounts]`.
        public_url: where clients reach the service, if that is not the address that they name in requests.
        required: whether accounts are in force even while there are none, so that an address which others
            reach is never open to all.
        namespace: what may stand before names of accounts when somebody logs in; empty for nothing.
    """

    def __init__(
        self, database: Database, settings: Settings, public_url: str, *, required: bool, namespace: str = ""
    ) -> None:
        self.database = database
        self.namespace = namespace
        self.settings = settings
        self.public_url = public_url.rstrip("/")
        self.workers = Workers(database, _THREADS, "accounts")
        self._required = required or settings.required
        self._known: Known | None = None
        self._looked = 0.0
        self._looking = asyncio.Lock()

    async def known(self, *, newer_than: float = limits.ACCOUNTS_STATE_SECONDS) -> Known:
        """How things stand, as of at most so many seconds ago."""
        known = self._known
        if known is not None and time.monotonic() - self._looked < newer_than:
            return known
        async with self._looking:
            if self._known is None or time.monotonic() - self._looked >= newer_than:
                looked = time.monotonic()
                self._known = await self.workers.read(_known, self._known, required=self._required)
                self._looked = looked
            return self._known

    async def signing_key(self) -> SigningKey:
        """The key that signs bearer tokens, made if there is none."""
        known = await self.known()
        if not known.keys:
            await self.workers.offload(doing.ensure_keys, self.database)
            known = await self.known(newer_than=0)
        return known.keys[0]

    def close(self) -> None:
        """Wait for what is running; the database is its owner's to close."""
        self.workers.close()


def _known(database: Database, before: Known | None, *, required: bool) -> Known:
    now = state.state(database)
    if before is not None and before.version == now.version:
        return before
    everybody = Caller(ANONYMOUS, "anonymous", grants.held_by_everybody(database))
    return Known(now.version, now.in_force or required, everybody, state.keys(database))
