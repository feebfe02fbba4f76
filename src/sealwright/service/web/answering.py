"""From a request to its answer: who asks, what they get, and how errors are told.

A slice of the service gives one function from `Asked` to a response. Errors become the protocol's JSON here
and nowhere else (`refusals`), unless a slice has another form for them.
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
)
from sealwright.service.web import refusals
from sealwright.service.web.asked import Asked, Body
from sealwright.service.web.caller import Gate

__all__ = ["Slice"]

_log = logging.getLogger(__name__)

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_SMALL_BODY = 64 * 1024
_UNAUTHORIZED = 401

Header = tuple[bytes, bytes]


class Slice:
    """An ASGI application that answers with one function.

    Args:
        answer: gives the response to a request; `asked.caller` says who sent it.
        gate: finds that out.
        patience: how many seconds a client may be silent in the middle of a body.
        headers: every answer carries these.
        with_body: methods whose requests may have a body.
    """

    def __init__(
        self,
        answer: Callable[[Asked], Awaitable[Response]],
        gate: Gate,
        patience: float = limits.BODY_PIECE_SECONDS,
        headers: tuple[Header, ...] = (),
        with_body: frozenset[str] = _WITH_BODY,
    ) -> None:
        self._response = answer
        self._gate = gate
        self._patience = patience
        self._headers = headers
        self._with_body = with_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        body = Body(headers, receive, self._patience)
        asked: Asked | None = None
        try:
            asked = Asked(scope, headers, body)
            _require_no_page(asked)
            if asked.method not in self._with_body:
                await _require_no_body(body)
            asked.caller = await self._gate.caller(asked)
            scope["sealwright.caller"] = asked.caller.name
            response = await self._response(asked)
        except SealwrightError as error:
            if isinstance(error, NetworkError) and error.code == "service.client-gone":
                scope["sealwright.reason"] = error.code
                return
            response = self.refusal(error, scope, asked)
        except OSError as error:
            _log.exception("%s %s", scope["method"], ascii(scope["path"]))
            failed = StorageError("service.storage-failed", problem=error.strerror or str(error))
            response = self.refusal(failed, scope, asked)
        except Exception:  # noqa: BLE001  # the client gets an answer, the log gets the fault
            _log.exception("%s %s", scope["method"], ascii(scope["path"]))
            response = self.refusal(InternalError("service.failed"), scope, asked)
        response.raw_headers.extend(self._headers)
        await _answer(response, body, scope, receive, send)

    def refusal(self, error: SealwrightError, scope: Scope, asked: Asked | None) -> Response:
        """An error as it is told; slices whose protocol has a form of its own say it otherwise.

        Args:
            error: what went wrong.
            scope: of the request.
            asked: the request, if it could be read so far.
        """
        told = refusals.answer(error)
        scope["sealwright.reason"] = error.code
        response = Response(refusals.body(error), told.status, media_type="application/json")
        for name, value in told.headers:
            response.headers[name] = value
        if told.status == _UNAUTHORIZED and isinstance(error, AccessDeniedError) and asked is not None:
            response.headers["WWW-Authenticate"] = self._gate.challenge(asked, error)
        return response


def _require_no_page(asked: Asked) -> None:
    """Refuse changes that a page in a browser asks for.

    Raises:
        AccessDeniedError: `service.browser-refused`: only browsers send Origin, and whatever page is open
            in one may send requests to this machine.
    """
    origin = asked.header("origin")
    if origin is not None and asked.method not in _READING:
        raise AccessDeniedError("service.browser-refused", origin=ascii(origin[:200]))


async def _require_no_body(body: Body) -> None:
    """Read past a small body where none is wanted.

    Raises:
        MalformedContentError: `service.body-unwanted`.
    """
    if not body.finished and not body.withheld:
        await body.discard(_SMALL_BODY)
    if not body.finished:
        raise MalformedContentError("service.body-unwanted", most=_SMALL_BODY)


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
