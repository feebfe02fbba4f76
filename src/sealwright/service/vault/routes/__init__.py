"""HTTP for vaults and their keys, below `/api/v1`; `openapi.json` describes it.

`of_vaults`, `of_keys` and `of_versions` hold the routes; the table below says which request goes where.
"""

import re
from collections.abc import Awaitable, Callable

from starlette.responses import Response

from sealwright import limits
from sealwright.errors import NotFoundError
from sealwright.service.storage.workers import Workers
from sealwright.service.vault.routes import of_keys, of_vaults, of_versions, using
from sealwright.service.vault.routes.desk import Desk
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Gate

__all__ = ["PATHS", "VaultRoutes"]

PATHS = ("/api/v1/vaults", "/api/v1/vaults/{rest:path}", "/api/v1/keys", "/api/v1/keys/{rest:path}")
"""What it answers."""

Route = Callable[[Desk, Asked, str, str], Awaitable[Response]]

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_VAULT, _KEY, _VERSION = r"(?P<one>[^/]+)", r"(?P<one>[^/]+)", r"(?P<two>[^/]+)"
_VAULTS = rf"/api/v1/vaults(?:/{_VAULT}(?:/(?P<of_vault>keys|keys/import|wrapping-key|actions/[a-z-]+))?)?"
_KEYS = (
    rf"/api/v1/keys(?:/{_KEY}(?:/(?P<of_key>sign|verify|export|versions|actions/[a-z-]+)"
    rf"|/versions/{_VERSION}(?:/(?P<of_version>certificates|actions/[a-z-]+))?)?)?"
)
_PATH_OF_VAULTS, _PATH_OF_KEYS = re.compile(_VAULTS), re.compile(_KEYS)

_ROUTES: dict[tuple[str, str], Route] = {
    ("vaults", "GET"): of_vaults.everything,
    ("vaults", "POST"): of_vaults.create,
    ("vault", "GET"): of_vaults.show,
    ("vault", "PATCH"): of_vaults.change,
    ("vault/actions/schedule-deletion", "POST"): of_vaults.schedule,
    ("vault/actions/cancel-deletion", "POST"): of_vaults.cancel,
    ("vault/wrapping-key", "GET"): of_vaults.wrapping_key,
    ("vault/keys", "GET"): of_keys.of_vault,
    ("vault/keys", "POST"): of_keys.create,
    ("vault/keys/import", "POST"): of_keys.bring_in,
    ("keys", "GET"): of_keys.everything,
    ("key", "GET"): of_keys.show,
    ("key", "PATCH"): of_keys.change,
    ("key/actions/enable", "POST"): of_keys.enable,
    ("key/actions/disable", "POST"): of_keys.disable,
    ("key/actions/block", "POST"): of_keys.block,
    ("key/actions/unblock", "POST"): of_keys.unblock,
    ("key/actions/change-rules", "POST"): of_keys.change_rules,
    ("key/actions/schedule-deletion", "POST"): of_keys.schedule,
    ("key/actions/cancel-deletion", "POST"): of_keys.cancel,
    ("key/sign", "POST"): using.sign,
    ("key/verify", "POST"): using.verify,
    ("key/export", "GET"): using.export,
    ("key/versions", "GET"): of_versions.everything,
    ("key/versions", "POST"): of_versions.rotate,
    ("version", "GET"): of_versions.show,
    ("version/certificates", "PUT"): of_versions.put_certificates,
    ("version/actions/schedule-deletion", "POST"): of_versions.schedule,
    ("version/actions/cancel-deletion", "POST"): of_versions.cancel,
}
_KINDS = frozenset(kind for kind, _ in _ROUTES)


class VaultRoutes(Slice):
    """The ASGI application that answers at `PATHS`.

    Args:
        vaults: of the service.
        workers: the threads on which they work.
        gate: finds out who asks.
        service: how the service is reached, for what is exported.
        patience: how many seconds a client may be silent in the middle of a body.
    """

    def __init__(
        self,
        vaults: Vaults,
        workers: Workers,
        gate: Gate,
        service: str = "",
        patience: float = limits.BODY_PIECE_SECONDS,
    ) -> None:
        desk = Desk(vaults, workers, service)

        async def answer(asked: Asked) -> Response:
            asked.scope["sealwright.route"] = "api"
            kind, one, two = _wanted(asked.path)
            if kind not in _KINDS:
                raise NotFoundError("service.path-unknown", path=ascii(asked.path[:300]))
            route = _ROUTES.get((kind, asked.method))
            if route is None:
                raise asked.unsupported(", ".join(method for of, method in _ROUTES if of == kind))
            return await route(desk, asked, one, two)

        super().__init__(answer, gate, patience, (_NOSNIFF,))


def _wanted(path: str) -> tuple[str, str, str]:
    """What a path is about: the kind of thing and what of it, and the identifiers in the path."""
    found = _PATH_OF_VAULTS.fullmatch(path)
    if found is not None:
        if found["one"] is None:
            return "vaults", "", ""
        return f"vault/{found['of_vault']}" if found["of_vault"] else "vault", found["one"], ""
    found = _PATH_OF_KEYS.fullmatch(path)
    if found is None:
        return "", "", ""
    one, two = found["one"] or "", found["two"] or ""
    if not one:
        return "keys", "", ""
    if two:
        return f"version/{found['of_version']}" if found["of_version"] else "version", one, two
    return f"key/{found['of_key']}" if found["of_key"] else "key", one, ""
