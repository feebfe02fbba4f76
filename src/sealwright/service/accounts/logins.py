"""Who it is that shows a name with a password, or a token.

A password is hashed on a thread of its own pool, for a name that is not there too, and what came out right
is remembered for a minute, as a hash keyed with what only this process knows.
"""

import asyncio
import hashlib
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from sealwright import limits
from sealwright.errors import AccessDeniedError, NetworkError
from sealwright.service.accounts import hashing
from sealwright.service.accounts.accounts import Accounts
from sealwright.service.accounts.names import LOGGED_IN, without_namespace
from sealwright.service.accounts.queries import accounts as rows
from sealwright.service.accounts.queries import grants, tokens
from sealwright.service.accounts.queries.accounts import Account
from sealwright.service.accounts.remembered import Remembered
from sealwright.service.accounts.throttle import Throttle
from sealwright.service.storage import now
from sealwright.service.web.caller import Caller

__all__ = ["Logins"]

_THREADS = 2  # each hash takes a core and 32 MiB


class Logins:
    """Verifies credentials. Made and closed on any thread; everything else on the event loop."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._throttle = Throttle()
        self._remembered: Remembered[Caller] = Remembered(limits.CREDENTIALS_VERIFIED)
        self._key = secrets.token_bytes(32)
        self._hashing = ThreadPoolExecutor(_THREADS, "passwords")
        self._tries: dict[bytes, asyncio.Task[Caller]] = {}

    async def by_password(self, name: str, password: str, address: str) -> Caller:
        """The account of that name, if the password, or one of its tokens, is right.

        Args:
            name: as given.
            password: as given.
            address: of who gives them.

        Raises:
            AccessDeniedError: `service.login-failed` or `service.logins-failed`.
            NetworkError: `service.busy`.
        """
        name = without_namespace(name, self._accounts.namespace)
        key = self.keyed(f"{name}\0{password}")
        version = (await self._accounts.known()).version
        known = self._remembered.get(key, version, time.monotonic())
        if known is not None:
            return known
        trying = self._tries.get(key)
        if trying is None:  # requests that come at the same time wait for one hash
            trying = asyncio.create_task(self._try(key, version, name, password, address))
            self._tries[key] = trying
            trying.add_done_callback(lambda _: self._tries.pop(key, None))
        return await asyncio.shield(trying)

    async def by_token(self, token: str, address: str) -> Caller:
        """The account of a personal token; raises as for a password."""
        key = self.keyed(token)
        version = (await self._accounts.known()).version
        known = self._remembered.get(key, version, time.monotonic())
        if known is not None:
            return known
        caller = await self._tried(token, "personal", address)
        self._remembered.add(key, version, caller, time.monotonic() + limits.CREDENTIAL_SECONDS)
        return caller

    async def by_refresh_token(self, token: str, address: str) -> Caller:
        """The account of a refresh token; raises as for a password."""
        return await self._tried(token, "refresh", address)

    async def _tried(self, token: str, kind: tokens.Kind, address: str) -> Caller:
        self._throttle.require(None, address, time.monotonic())
        caller = await self._holder(token, kind)
        if caller is None:
            self._throttle.failed(None, address, time.monotonic())
            raise AccessDeniedError("service.login-failed")
        return caller

    async def _try(self, key: bytes, version: int, name: str, password: str, address: str) -> Caller:
        self._throttle.require(name, address, time.monotonic())
        if password.startswith(hashing.PREFIX):
            caller = await self._holder(password, "personal")
            if caller is not None and caller.name != name:
                caller = None
        else:
            caller = await self._owner(name, password)
        if caller is None:
            self._throttle.failed(name, address, time.monotonic())
            raise AccessDeniedError("service.login-failed")
        self._remembered.add(key, version, caller, time.monotonic() + limits.CREDENTIAL_SECONDS)
        return caller

    async def _owner(self, name: str, password: str) -> Caller | None:
        if len(self._tries) > limits.LOGINS_AT_ONCE:
            raise NetworkError("service.busy", most=limits.LOGINS_AT_ONCE, what="logins")
        account = await self._accounts.workers.read(rows.find, name)
        kept = account.secret if account is not None else None
        loop = asyncio.get_running_loop()
        right = await loop.run_in_executor(self._hashing, hashing.is_right, password, kept or hashing.NOBODY)
        return await self._caller(account) if account is not None and right else None

    async def _holder(self, token: str, kind: tokens.Kind) -> Caller | None:
        found = await self._accounts.workers.read(tokens.holder, hashing.fingerprint(token), kind, now())
        if found is None:
            return None
        credential, account = found
        return await self._caller(account, credential)

    async def _caller(self, account: Account, credential: str = "") -> Caller | None:
        if account.disabled or account.kind not in LOGGED_IN:
            return None
        held = await self._accounts.workers.read(grants.held, account.id)
        kind: Literal["robot", "user"] = "robot" if account.kind == "robot" else "user"
        return Caller(account.name, kind, held, credential=credential, generation=account.generation)

    def keyed(self, secret: str) -> bytes:
        """What stands for a secret in memory."""
        return hashlib.blake2b(secret.encode(errors="surrogateescape"), key=self._key).digest()

    def close(self) -> None:
        """Wait for what is running."""
        self._hashing.shutdown()
