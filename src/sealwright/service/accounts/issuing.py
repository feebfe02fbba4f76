"""What the token service gives for credentials (distribution, "Token Authentication Specification")."""

import time
from datetime import UTC, datetime

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.service.accounts import bearer, scopes
from sealwright.service.accounts.accounts import Accounts
from sealwright.service.accounts.actions import tokens as doing
from sealwright.service.web.caller import Caller

__all__ = ["require_service", "token"]


async def token(
    accounts: Accounts, caller: Caller, asked: list[str], *, offline: bool = False
) -> dict[str, object]:
    """A bearer token for what a caller holds of what is asked, as the members of the answer.

    Args:
        accounts: of the server.
        caller: whose credentials were verified.
        asked: scopes.
        offline: whether a refresh token is wanted too. Who logged in with a token has one already.

    Raises:
        NotFoundError: `service.account-unknown`: it was removed meanwhile.
        UsageError: `service.scopes-too-many`.
    """
    access = scopes.granted(scopes.parse(asked), caller)
    at = int(time.time())
    key = await accounts.signing_key()
    made = bearer.made(key, accounts.settings.service, caller, access, at)
    answer: dict[str, object] = {
        "token": made,
        "access_token": made,
        "token_type": "Bearer",
        "expires_in": limits.BEARER_SECONDS,
        "issued_at": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "scope": scopes.shown(access),
    }
    if offline and caller.kind == "user" and not caller.credential:
        issued = await accounts.workers.offload(
            doing.issue,
            accounts.database,
            caller.name,
            caller.name,
            "refresh token",
            limits.REFRESH_SECONDS,
            "refresh",
        )
        answer["refresh_token"] = issued.token
    return answer


def require_service(accounts: Accounts, given: str | None) -> None:
    """Return if a token is asked for this service, or for none in particular.

    Raises:
        UsageError: `service.audience-unknown`.
    """
    known = accounts.settings.service
    if given and given != known:
        raise UsageError("service.audience-unknown", given=ascii(given[:200]), known=known)
