"""HTTP for everything below `/v2/`: one dispatcher, one function for each method of each kind of target.

Every answer carries `Docker-Distribution-API-Version`.
"""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from sealwright import limits
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import Target, target
from sealwright.service.registry.routes import blobs, listings, manifests, uploads
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Gate, OpenGate

__all__ = ["Registry"]

Route = Callable[[Content, Asked, Target], Awaitable[Response]]


async def _ping(_content: Content, asked: Asked, _target: Target) -> Response:
    """Whether this is a registry, and these are credentials for it (end-1)."""
    asked.caller.require_login()
    return Response(b"{}", media_type="application/json")


_ROUTES: dict[tuple[str, str], Route] = {
    ("ping", "GET"): _ping,
    ("ping", "HEAD"): _ping,
    ("catalog", "GET"): listings.catalog,
    ("tags", "GET"): listings.tags,
    ("referrers", "GET"): listings.referrers,
    ("blob", "GET"): blobs.get,
    ("blob", "HEAD"): blobs.get,
    ("blob", "DELETE"): blobs.delete,
    ("manifest", "GET"): manifests.get,
    ("manifest", "HEAD"): manifests.get,
    ("manifest", "PUT"): manifests.put,
    ("manifest", "DELETE"): manifests.delete,
    ("uploads", "POST"): uploads.post,
    ("upload", "GET"): uploads.status,
    ("upload", "PATCH"): uploads.patch,
    ("upload", "PUT"): uploads.put,
    ("upload", "DELETE"): uploads.cancel,
}
_VERSION = (b"docker-distribution-api-version", b"registry/2.0")


class Registry(Slice):
    """The ASGI application that answers below `/v2`.

    Args:
        content: what it serves.
        gate: finds out who asks.
        patience: how many seconds a client may be silent in the middle of a body.
        headers: every answer carries these.
    """

    def __init__(
        self,
        content: Content,
        gate: Gate | None = None,
        patience: float = limits.BODY_PIECE_SECONDS,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        async def answer(asked: Asked) -> Response:
            wanted = target(asked.path)
            asked.scope["sealwright.route"] = wanted.kind
            return await _route(asked, wanted)(content, asked, wanted)

        super().__init__(answer, gate or OpenGate(), patience, (_VERSION, *headers))


def _route(asked: Asked, wanted: Target) -> Route:
    """The function for a request.

    Raises:
        UsageError: `service.method-unsupported`.
    """
    route = _ROUTES.get((wanted.kind, asked.method))
    if route is None:
        raise asked.unsupported(", ".join(method for of, method in _ROUTES if of == wanted.kind))
    return route
