"""HTTP for the API. Signatures are shown to those who may pull from their repository.

`signatures`, `images` and `verifications` hold the routes; the table below says which request goes where.
"""

import re
from collections.abc import Awaitable, Callable

from starlette.responses import Response

from sealwright import limits
from sealwright.errors import NotFoundError
from sealwright.service.api.description import described
from sealwright.service.api.routes import images, signatures, verifications
from sealwright.service.registry.content import Content
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Gate, OpenGate

__all__ = ["Api"]

Route = Callable[[Content, Asked, str], Awaitable[Response]]

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_PATH = re.compile(
    r"/api/v1/(?:(?P<openapi>openapi\.json)|(?P<repositories>repositories)|(?P<images>images)|images/(?P<image>[^/]+)"
    r"|signatures/(?P<verification>[^/]+/verifications/[^/]+)|signatures/(?P<verifications>[^/]+)/verifications"
    r"|signatures/(?P<verify>[^/]+)/verify|signatures/(?P<content>[^/]+)/content|signatures/(?P<signature>[^/]+)|(?P<signatures>signatures))"
)


_ROUTES: dict[tuple[str, str], Route] = {
    ("signatures", "GET"): signatures.search_all,
    ("signature", "GET"): signatures.show,
    ("signature", "DELETE"): signatures.revoke,
    ("content", "GET"): signatures.content_of,
    ("verifications", "GET"): verifications.history,
    ("verifications", "POST"): verifications.record,
    ("verification", "GET"): verifications.show,
    ("verify", "POST"): verifications.verify,
    ("images", "GET"): images.show,
    ("image", "GET"): images.everywhere,
    ("repositories", "GET"): images.catalog,
}


class Api(Slice):
    """The ASGI application that answers below `/api/v1`.

    Args:
        content: of the registry.
        gate: finds out who asks.
        patience: how many seconds a client may be silent in the middle of a body.
        fragments: packages of other slices that may describe what they offer below `/api/v1`.
    """

    def __init__(
        self,
        content: Content,
        gate: Gate | None = None,
        patience: float = limits.BODY_PIECE_SECONDS,
        fragments: tuple[str, ...] = (),
    ) -> None:
        description = described(fragments)

        async def answer(asked: Asked) -> Response:
            match = _PATH.fullmatch(asked.path)
            if match is None or match.lastgroup is None:
                raise NotFoundError("service.path-unknown", path=ascii(asked.path[:300]))
            kind = match.lastgroup
            if kind == "openapi" and asked.method == "GET":
                return Response(description, media_type="application/json")
            route = _ROUTES.get((kind, asked.method))
            if route is None:
                raise asked.unsupported(", ".join(method for of, method in _ROUTES if of == kind) or "GET")
            return await route(content, asked, match[kind])

        super().__init__(
            answer, gate or OpenGate(), patience, (_NOSNIFF,), frozenset({"POST", "PUT", "PATCH", "DELETE"})
        )
