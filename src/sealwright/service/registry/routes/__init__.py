"""HTTP for everything below `/v2/`: one dispatcher, one function for each method of each kind of target.

Every answer carries `Docker-Distribution-API-Version`. Errors become the protocol's JSON here and nowhere
else (`refusals`).
"""

import logging
from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sealwright import limits
from sealwright.errors import (
    AccessDeniedError,
    InternalError,
    MalformedContentError,
    NetworkError,
    SealwrightError,
    StorageError,
    UsageError,
)
from sealwright.service.registry import refusals
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import target
from sealwright.service.registry.routes import blobs, listings, manifests, uploads
from sealwright.service.registry.routes.asked import Asked, Body

__all__ = ["Registry"]

Route = Callable[[Content, Asked], Awaitable[Response]]

_log = logging.getLogger(__name__)


async def _ping(_content: Content, _asked: Asked) -> Response:
    """Whether this is a registry (end-1)."""
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
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_VERSION = (b"docker-distribution-api-version", b"registry/2.0")
_SMALL_BODY = 64 * 1024


class Registry:
    """The ASGI application that answers below `/v2`.

    `patience` is how many seconds a client may be silent in the middle of a body.
    """

    def __init__(self, content: Content, patience: float = limits.BODY_PIECE_SECONDS) -> None:
        self._content = content
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        body = Body(headers, receive, self._patience)
        try:
            asked = Asked(scope, headers, body, target(scope["path"]))
            if asked.method not in _WITH_BODY:
                await _require_no_body(body)
            response = await _route(asked)(self._content, asked)
        except SealwrightError as error:
            if isinstance(error, NetworkError) and error.code == "service.client-gone":
                return
            response = _refusal(error)
        except OSError as error:
            _log.exception("%s %s", scope["method"], ascii(scope["path"]))
            response = _refusal(StorageError("service.storage-failed", problem=error.strerror or str(error)))
        except Exception:  # noqa: BLE001  # the client gets an answer, the log gets the fault
            _log.exception("%s %s", scope["method"], ascii(scope["path"]))
            response = _refusal(InternalError("service.failed"))
        response.raw_headers.append(_VERSION)
        await _answer(response, body, scope, receive, send)


def _route(asked: Asked) -> Route:
    """The function for a request.

    Raises:
        UsageError: `service.method-unsupported`.
        AccessDeniedError: `service.browser-refused`: only browsers send Origin, and whatever page is open
            in one may send requests to this machine.
    """
    kind = asked.target.kind
    route = _ROUTES.get((kind, asked.method))
    if route is None:
        allowed = ", ".join(method for of, method in _ROUTES if of == kind)
        raise UsageError(
            "service.method-unsupported",
            method=ascii(asked.method),
            path=ascii(asked.scope["path"]),
            allowed=allowed,
        )
    origin = asked.header("origin")
    if origin is not None and asked.method not in _READING:
        raise AccessDeniedError("service.browser-refused", origin=ascii(origin[:200]))
    return route


async def _require_no_body(body: Body) -> None:
    """Read past a small body where none is wanted.

    Raises:
        MalformedContentError: `service.body-unwanted`.
    """
    if not body.finished and not body.withheld:
        await body.discard(_SMALL_BODY)
    if not body.finished:
        raise MalformedContentError("service.body-unwanted", most=_SMALL_BODY)


def _refusal(error: SealwrightError) -> Response:
    told = refusals.answer(error)
    response = Response(refusals.body(error), told.status, media_type="application/json")
    for name, value in told.headers:
        response.headers[name] = value
    return response


async def _answer(response: Response, body: Body, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer, also where the client is still sending.

    A small rest of the body is read first, so that the connection can be used again. Before a large or
    endless one the answer goes out whole, then a bounded part of the rest is read, so that the client finds
    the answer rather than a reset connection, and then the connection is closed.
    """
    if not body.finished and not body.withheld and (body.length or _SMALL_BODY) < _SMALL_BODY:
        await _discard(body, _SMALL_BODY)
    if body.finished:
        await response(scope, receive, send)
        return
    response.headers["connection"] = "close"
    await send(
        {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
    )
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    if not body.withheld:
        await _discard(body, limits.REFUSED_BODY_BYTES)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _discard(body: Body, most: int) -> None:
    try:
        await body.discard(most)
    except NetworkError:
        body.finished = True
