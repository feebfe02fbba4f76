"""Who signed a request.

`keyId` is `<tenancy>/<user>/<fingerprint>` of an API key, or `ST$<token>` of a session. The API key belongs
to an account, whose rights count; a key of the service as a whole speaks for everyone while there are no
accounts, and for nobody in particular afterwards. Which of the three parts is wrong is not told.
"""

import time
from typing import Literal

from sealwright.errors import AccessDeniedError
from sealwright.service.accounts.accounts import Accounts, Known
from sealwright.service.accounts.names import LOGGED_IN
from sealwright.service.accounts.queries import accounts as rows
from sealwright.service.accounts.queries import grants
from sealwright.service.accounts.queries.accounts import Account
from sealwright.service.oracle import public_keys, sessions, signing
from sealwright.service.oracle.queries import api_keys
from sealwright.service.oracle.sessions import Session
from sealwright.service.oracle.signing import Signed
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.oracle.wire import SIGNED
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import EVERYONE, Caller

__all__ = ["SignedGate"]

_PARTS = 3
_STALE_SECONDS = 0.05


class SignedGate:
    """Finds out who signed a request.

    Args:
        accounts: of the server.
        tenancy: which one we are.
    """

    def __init__(self, accounts: Accounts, tenancy: Tenancy) -> None:
        self._accounts = accounts
        self._tenancy = tenancy

    async def caller(self, asked: Asked) -> Caller:
        """Who asks.

        Raises:
            AccessDeniedError: `oracle.request-unsigned`, `oracle.request-stale` or `oracle.login-failed`.
        """
        query: bytes = asked.scope["query_string"]
        target = asked.scope["raw_path"] + (b"?" + query if query else b"")
        signed = signing.read(asked.method, target, asked.scope["headers"], time.time())
        asked.scope[SIGNED] = signed
        if signed.key_id.startswith(sessions.PREFIX):
            return await self._by_session(signed)
        return await self._by_api_key(signed)

    def challenge(self, _asked: Asked, _error: AccessDeniedError) -> str:
        """What a client is told to send."""
        return 'Signature headers="date (request-target) host"'

    async def _by_api_key(self, signed: Signed) -> Caller:
        parts = signed.key_id.split("/")
        if len(parts) != _PARTS or parts[0] != self._tenancy.id:
            raise AccessDeniedError("oracle.login-failed")
        for key, account in await self._accounts.workers.read(api_keys.found, parts[2]):
            if self._tenancy.user(key.holder) == parts[1]:
                if not signing.verifies(signed, public_keys.read(key.public_key)):
                    break
                if account is None:
                    return _nobody(await self._accounts.known())
                return await self._account(account)
        raise AccessDeniedError("oracle.login-failed")

    async def _by_session(self, signed: Signed) -> Caller:
        session = await self._session(signed.key_id.removeprefix(sessions.PREFIX))
        if session.tenant != self._tenancy.id or not signing.verifies(signed, session.key):
            raise AccessDeniedError("oracle.login-failed")
        if session.kind == "workload":
            return Caller(session.sub, "workload", session.grants)
        if session.kind == "anonymous":
            return _nobody(await self._accounts.known())
        account = await self._accounts.workers.read(rows.find, session.sub)
        if account is None or account.generation != session.generation:
            raise AccessDeniedError("oracle.login-failed")
        return await self._account(account)

    async def _session(self, token: str) -> Session:
        service, at = self._accounts.settings.service, int(time.time())
        known = await self._accounts.known()
        try:
            return sessions.verified(known.keys, service, token, at)
        except AccessDeniedError:  # another replica may have made a key just now
            newer = await self._accounts.known(newer_than=_STALE_SECONDS)
            if newer.keys == known.keys:
                raise
            return sessions.verified(newer.keys, service, token, at)

    async def _account(self, account: Account) -> Caller:
        if account.disabled or account.kind not in LOGGED_IN:
            raise AccessDeniedError("oracle.login-failed")
        held = await self._accounts.workers.read(grants.held, account.id)
        kind: Literal["robot", "user"] = "robot" if account.kind == "robot" else "user"
        return Caller(account.name, kind, held, generation=account.generation)


def _nobody(known: Known) -> Caller:
    return known.anonymous if known.in_force else EVERYONE
