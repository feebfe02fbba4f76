"""Administration over HTTP: one's own account and tokens, and for administrators the grants.

    GET                  /api/v1/me
    GET, POST            /api/v1/tokens
    DELETE               /api/v1/tokens/{id}, or `current` for the one that the request bears
    GET, POST, DELETE    /api/v1/grants

`accounts/openapi.json` describes them. Bearer tokens of the token service open none of them, unless they were
asked for `registry:admin:*`: they are good for a few repositories, and must not make what outlives them.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.errors import AccessDeniedError, NotFoundError, UsageError
from sealwright.service.accounts.accounts import Accounts
from sealwright.service.accounts.actions import grants as granting
from sealwright.service.accounts.actions import tokens as doing
from sealwright.service.accounts.actions.accounts import required
from sealwright.service.accounts.queries import grants, tokens
from sealwright.service.configuration.rights import Right
from sealwright.service.storage import now
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import EVERYONE, Gate, Grant
from sealwright.service.web.orders import administrative

__all__ = ["PATHS", "AccountsApi"]

PATHS = ("/api/v1/me", "/api/v1/tokens", "/api/v1/tokens/{id}", "/api/v1/grants")
"""What it answers."""

_PATH = re.compile(r"/api/v1/(?:(me|tokens|grants)|tokens/([a-z0-9]{1,64}))")
_MICROSECOND = 1_000_000


class _TokenOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note: str = ""
    seconds: int = 90 * 24 * 60 * 60


class _GrantOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    account: str
    pattern: str
    rights: list[Right]


class AccountsApi(Slice):
    """The ASGI application that answers at `PATHS`.

    Args:
        accounts: of the server.
        gate: finds out who asks.
        patience: how many seconds a client may be silent in the middle of a body.
    """

    def __init__(self, accounts: Accounts, gate: Gate, patience: float = limits.BODY_PIECE_SECONDS) -> None:
        async def answer(asked: Asked) -> Response:
            match = _PATH.fullmatch(asked.path)
            if match is None:
                raise NotFoundError("service.path-unknown", path=ascii(asked.path))
            kind, value = match[1] or "token", match[2] or ""
            route = _ROUTES.get((kind, asked.method))
            if route is None:
                allowed = ", ".join(method for of, method in _ROUTES if of == kind)
                raise asked.unsupported(allowed)
            response = await route(accounts, asked, value)
            if asked.method != "GET":
                await accounts.known(newer_than=0)  # whoever was told of it can count on it
            return response

        super().__init__(answer, gate, patience)


async def _me(_accounts: Accounts, asked: Asked, _value: str) -> Response:
    """Who asks, and what they may do."""
    asked.caller.require_login()
    caller = asked.caller
    return _json(
        {
            "name": caller.name,
            "kind": caller.kind,
            "administers": caller.administers,
            "grants": [_shown(grant) for grant in caller.grants],
        }
    )


async def _tokens(accounts: Accounts, asked: Asked, _value: str) -> Response:
    """The tokens of who asks."""
    name = _own(asked)
    account = await accounts.workers.read(required, name)
    found = await accounts.workers.read(tokens.listed, account.id, now())
    listed = [
        {
            "id": one.id,
            "kind": one.kind,
            "note": one.note,
            "created": _time(one.created),
            "expires": _time(one.expires),
            "current": one.id == asked.caller.credential,
        }
        for one in found
    ]
    return _json({"tokens": listed})


async def _issue(accounts: Accounts, asked: Asked, _value: str) -> Response:
    """A new token for who asks."""
    name = _own(asked)
    order = await administrative(asked, _TokenOrder)
    if not 0 <= order.seconds <= limits.TOKEN_SECONDS_MOST or len(order.note) > limits.TOKEN_NOTE_LENGTH:
        raise UsageError("service.request-invalid", problem="seconds or note are out of bounds")
    issued = await accounts.workers.offload(
        doing.issue, accounts.database, name, name, order.note, order.seconds
    )
    members = {
        "id": issued.id,
        "token": issued.token,
        "note": order.note,
        "created": _time(issued.created),
        "expires": _time(issued.expires),
    }
    return _json(members, 201)


async def _revoke(accounts: Accounts, asked: Asked, value: str) -> Response:
    """A token of who asks, revoked."""
    name = _own(asked)
    token = asked.caller.credential if value == "current" else value
    await accounts.workers.offload(doing.revoke, accounts.database, name, token, name)
    return Response(status_code=204)


async def _grants(accounts: Accounts, asked: Asked, _value: str) -> Response:
    """Every grant."""
    _administer(asked)
    found = await accounts.workers.read(grants.listed)
    return _json({"grants": [{"account": name, **_shown(grant)} for name, grant in found]})


async def _grant(accounts: Accounts, asked: Asked, _value: str) -> Response:
    """Rights, given."""
    _administer(asked)
    order = await administrative(asked, _GrantOrder)
    if not order.rights:
        raise UsageError("service.request-invalid", problem="rights is empty")
    done = await accounts.workers.offload(
        granting.grant, accounts.database, asked.caller.name, order.account, order.pattern, order.rights
    )
    return _json({"new": done}, 201)


async def _ungrant(accounts: Accounts, asked: Asked, _value: str) -> Response:
    """Rights, taken: `?account=…&pattern=…&right=…`, the last as often as wanted."""
    _administer(asked)
    rights = granting.rights_of(asked.queries("right"))
    name, pattern = asked.query("account") or "", asked.query("pattern") or ""
    done = await accounts.workers.offload(
        granting.revoke, accounts.database, asked.caller.name, name, pattern, rights
    )
    return _json({"removed": done})


_ROUTES: dict[tuple[str, str], Callable[[Accounts, Asked, str], Awaitable[Response]]] = {
    ("me", "GET"): _me,
    ("tokens", "GET"): _tokens,
    ("tokens", "POST"): _issue,
    ("token", "DELETE"): _revoke,
    ("grants", "GET"): _grants,
    ("grants", "POST"): _grant,
    ("grants", "DELETE"): _ungrant,
}


def _own(asked: Asked) -> str:
    """The name of the account that asks for something of its own.

    Raises:
        AccessDeniedError: `service.login-required`.
        NotFoundError: `service.accounts-none`.
    """
    _require_accounts(asked)
    if asked.caller.by_token or asked.caller.kind not in ("user", "robot"):
        raise AccessDeniedError("service.login-required")
    return asked.caller.name


def _administer(asked: Asked) -> None:
    """Return if an administrator asks; raises as `Caller.require_admin` does."""
    _require_accounts(asked)
    asked.caller.require_admin()


def _require_accounts(asked: Asked) -> None:
    if asked.caller is EVERYONE:
        raise NotFoundError("service.accounts-none")


def _shown(grant: Grant) -> dict[str, object]:
    return {"pattern": grant.pattern, "rights": sorted(grant.rights)}


def _time(at: int) -> str | None:
    """A time as RFC 3339 has it; None for never."""
    return datetime.fromtimestamp(at // _MICROSECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _json(members: Mapping[str, object], status: int = 200) -> Response:
    return Response(
        msgspec.json.encode(members),
        status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
