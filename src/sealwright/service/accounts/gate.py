"""The gate: who sends a request, by the header field Authorization, and what those are told who may not pass.

Basic takes a user's password, or a personal token in its place. Bearer takes the tokens that the token
service issues, and a personal token as it is.
"""

import base64
import binascii
import re
import time

from sealwright import limits
from sealwright.errors import AccessDeniedError
from sealwright.service.accounts import bearer, hashing, scopes
from sealwright.service.accounts.accounts import Accounts, Known
from sealwright.service.accounts.logins import Logins
from sealwright.service.accounts.names import LOGGED_IN
from sealwright.service.accounts.queries import accounts as rows
from sealwright.service.accounts.queries import grants
from sealwright.service.accounts.remembered import Remembered
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import EVERYONE, Caller

__all__ = ["TOKEN_PATH", "AccountsGate"]

TOKEN_PATH = "/token"  # noqa: S105  # a path
"""Where the token service answers, on the registry's own address."""

_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_STALE_SECONDS = 0.05


class AccountsGate:
    """Finds out who sends a request."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.logins = Logins(accounts)
        self._verified: Remembered[Caller] = Remembered(limits.BEARERS_VERIFIED)

    async def caller(self, asked: Asked) -> Caller:
        """Who asks: everyone while there are no accounts, and nobody in particular without credentials.

        Raises:
            AccessDeniedError: `service.login-failed` or `service.logins-failed`.
            NetworkError: `service.busy`.
        """
        known = await self.accounts.known()
        if not known.in_force:
            return EVERYONE
        given = asked.header("authorization")
        if given is None:
            return known.anonymous
        scheme, _, credential = given.partition(" ")
        credential = credential.strip()
        match scheme.lower():
            case "bearer" if credential.startswith(hashing.PREFIX):
                return await self.logins.by_token(credential, asked.address)
            case "bearer":
                return await self._bearer(known, credential)
            case "basic":
                name, password = _name_and_password(credential)
                return await self.logins.by_password(name, password, asked.address)
            case _:
                raise AccessDeniedError("service.login-failed")

    def challenge(self, asked: Asked, error: AccessDeniedError) -> str:
        """Where tokens are had, and which one this request needs (RFC 6750, section 3)."""
        service = self.accounts.settings.service
        if asked.path == TOKEN_PATH:
            return f'Basic realm="{service}"'
        parts = {"realm": f"{self._address(asked)}{TOKEN_PATH}", "service": service}
        scope = error.data.get("scope")
        if scope:
            parts["scope"] = str(scope)
        caller: Caller | None = getattr(asked, "caller", None)
        if caller is None:
            parts["error"] = "invalid_token"
        elif caller.by_token:
            parts["error"] = "insufficient_scope"
        return "Bearer " + ",".join(f'{name}="{value}"' for name, value in parts.items())

    def close(self) -> None:
        """Wait for what is running."""
        self.logins.close()
        self.accounts.close()

    async def _bearer(self, known: Known, token: str) -> Caller:
        key = self.logins.keyed(token)
        at = time.time()
        caller = self._verified.get(key, known.version, at)
        if caller is None:
            service = self.accounts.settings.service
            try:
                claims = bearer.verified(known.keys, service, token, int(at))
            except AccessDeniedError:  # another replica may have made a key just now
                newer = await self.accounts.known(newer_than=_STALE_SECONDS)
                if newer.keys == known.keys:
                    raise
                claims = bearer.verified(newer.keys, service, token, int(at))
            caller = await self._holder(known, claims)
            self._verified.add(key, known.version, caller, claims.exp + limits.BEARER_SKEW_SECONDS)
        return caller

    async def _holder(self, known: Known, claims: bearer.Claims) -> Caller:
        """Who a token speaks for, with no more rights than they hold now."""
        if claims.kind == "workload":
            rights = scopes.grants(claims.access)
            return Caller(claims.sub, "workload", rights, by_token=True)
        holder = known.anonymous
        if claims.kind != "anonymous":
            read = self.accounts.workers.read
            account = await read(rows.find, claims.sub)
            if (
                account is None
                or account.disabled
                or account.kind not in LOGGED_IN
                or account.generation != claims.generation
            ):
                raise AccessDeniedError("service.login-failed")
            holder = Caller(claims.sub, claims.kind, await read(grants.held, account.id))
        access = scopes.granted(claims.access, holder)
        return Caller(
            claims.sub,
            claims.kind,
            scopes.grants(access),
            by_token=True,
            account=holder.grants,
            lists=scopes.lists(access),
        )

    def _address(self, asked: Asked) -> str:
        """Where the client reached us, so that it asks nobody else for tokens."""
        if self.accounts.public_url:
            return self.accounts.public_url
        host = asked.header("host") or ""
        if _HOST.fullmatch(host) is None:
            name, port = asked.scope.get("server") or ("localhost", None)
            host = f"[{name}]" if ":" in name else name
            host = host if port is None else f"{host}:{port}"
        return f"{asked.scope['scheme']}://{host}"


def _name_and_password(credential: str) -> tuple[str, str]:
    """Read what follows `Basic` (RFC 7617).

    Raises:
        AccessDeniedError: `service.login-failed`.
    """
    try:
        text = base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, ValueError):
        raise AccessDeniedError("service.login-failed") from None
    name, _, password = text.partition(":")
    return name, password
