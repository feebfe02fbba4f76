"""HTTP for setting up Oracle's client.

    GET           /api/v1/oracle                           tenancy, user, region, names, tunnel, CA
    GET, POST     /api/v1/oracle/api-keys                  one's own keys of requests
    DELETE        /api/v1/oracle/api-keys/{fingerprint}
    POST          /api/v1/oracle/sessions                  a session token, for a key that nobody keeps

`openapi.json` describes them. As with personal tokens, no bearer token opens what outlives it; but one of a
workload gets a session, which may do as little and holds not much longer.
"""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.errors import AccessDeniedError, NotFoundError
from sealwright.service.accounts.accounts import Accounts
from sealwright.service.accounts.names import ANONYMOUS
from sealwright.service.oracle import public_keys, sessions, times
from sealwright.service.oracle.actions import api_keys as doing
from sealwright.service.oracle.hosts import without_port
from sealwright.service.oracle.queries import api_keys as rows
from sealwright.service.oracle.queries.api_keys import ApiKey
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import EVERYONE, Gate
from sealwright.service.web.orders import administrative

__all__ = ["PATHS", "Place", "SetupApi"]

PATHS = ("/api/v1/oracle", "/api/v1/oracle/{rest:path}")
"""What it answers."""

_PATH = re.compile(r"/api/v1/oracle(?:/(api-keys|sessions)|/api-keys/([0-9a-f:]{1,60}))?")


class Place(msgspec.Struct, frozen=True):
    """Where clients find the service.

    Attributes:
        tenancy: which one we are.
        domain: of the realm, perhaps with a port.
        tunnel: where the tunnel is, for who calls us by that host; empty: there is none.
        authority: PEM of the CA of our names; empty: there is none.
    """

    tenancy: Tenancy
    domain: str
    tunnel: Callable[[str], str] = lambda _host: ""
    authority: str = ""


class _KeyOrder(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    public_key: str
    note: Annotated[str, msgspec.Meta(max_length=limits.TOKEN_NOTE_LENGTH)] = ""


class _SessionOrder(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    public_key: str
    seconds: Annotated[int, msgspec.Meta(ge=1, le=limits.ORACLE_SESSION_SECONDS)] = (
        limits.ORACLE_SESSION_SECONDS
    )


class SetupApi(Slice):
    """The ASGI application that answers at `PATHS`.

    Args:
        accounts: of the server.
        place: where clients find the service.
        gate: finds out who asks.
        patience: how many seconds a client may be silent in the middle of a body.
    """

    def __init__(
        self, accounts: Accounts, place: Place, gate: Gate, patience: float = limits.BODY_PIECE_SECONDS
    ) -> None:
        async def answer(asked: Asked) -> Response:
            asked.scope["sealwright.route"] = "api"
            match = _PATH.fullmatch(asked.path)
            if match is None:
                raise NotFoundError("service.path-unknown", path=ascii(asked.path[:300]))
            kind = "api-key" if match[2] else match[1] or "place"
            route = _ROUTES.get((kind, asked.method))
            if route is None:
                raise asked.unsupported(", ".join(method for of, method in _ROUTES if of == kind))
            return await route(accounts, place, asked, match[2] or "")

        super().__init__(answer, gate, patience)


async def _place(_accounts: Accounts, place: Place, asked: Asked, _value: str) -> Response:
    """What a client has to know."""
    asked.caller.require_login()
    tenancy = place.tenancy
    host = without_port(asked.header("host") or "")
    return _json(
        {
            "namespace": tenancy.namespace,
            "tenancy": tenancy.id,
            "user": tenancy.user(asked.caller.name),
            "region": tenancy.region,
            "realm": tenancy.realm,
            "domain": place.domain,
            "tunnel": place.tunnel(host),
            "authority": place.authority,
        }
    )


async def _keys(accounts: Accounts, _place: Place, asked: Asked, _value: str) -> Response:
    """The keys of who asks."""
    found = await accounts.workers.read(rows.held, _own(asked))
    return _json({"keys": [_shown(one) for one in found]})


async def _add(accounts: Accounts, _place: Place, asked: Asked, _value: str) -> Response:
    """A key, for who asks."""
    name = _own(asked)
    order = await administrative(asked, _KeyOrder)
    made = await accounts.workers.offload(
        doing.add, accounts.database, asked.caller.name, name, order.public_key, order.note
    )
    return _json(_shown(made), 201)


async def _remove(accounts: Accounts, _place: Place, asked: Asked, value: str) -> Response:
    """A key of who asks, gone."""
    name = _own(asked)
    await accounts.workers.offload(doing.remove, accounts.database, asked.caller.name, name, value)
    return Response(status_code=204)


async def _session(accounts: Accounts, place: Place, asked: Asked, _value: str) -> Response:
    """A session token, for who asks."""
    if asked.caller.kind != "workload":
        _own(asked)
    order = await administrative(asked, _SessionOrder)
    key = public_keys.read(order.public_key)
    at = int(time.time())
    token = sessions.made(
        await accounts.signing_key(),
        accounts.settings.service,
        asked.caller,
        place.tenancy.id,
        key,
        at,
        order.seconds,
    )
    expires = times.shown((at + order.seconds) * 1_000_000)
    return _json({"token": token, "expires": expires}, 201)


_ROUTES: dict[tuple[str, str], Callable[[Accounts, Place, Asked, str], Awaitable[Response]]] = {
    ("place", "GET"): _place,
    ("api-keys", "GET"): _keys,
    ("api-keys", "POST"): _add,
    ("api-key", "DELETE"): _remove,
    ("sessions", "POST"): _session,
}


def _own(asked: Asked) -> str:
    """Whose keys they are: those of an account, or, where there are none, of the service as a whole.

    Raises:
        AccessDeniedError: `service.login-required`.
    """
    if asked.caller is EVERYONE:
        return ANONYMOUS
    if asked.caller.by_token or asked.caller.kind not in ("user", "robot"):
        raise AccessDeniedError("service.login-required")
    return asked.caller.name


def _shown(key: ApiKey) -> dict[str, object]:
    return {
        "fingerprint": key.fingerprint,
        "publicKey": key.public_key,
        "note": key.note,
        "created": times.shown(key.created),
    }


def _json(members: Mapping[str, object], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(members), status, headers, "application/json")
