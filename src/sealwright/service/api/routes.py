"""HTTP for the API. Signatures are shown to those who may pull from their repository."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError
from sealwright.service.api import actions, parameters
from sealwright.service.api.description import described
from sealwright.service.api.shown import Image, SignaturePage, shown
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import reference, require_name
from sealwright.service.registry.queries import manifests, repositories
from sealwright.service.signatures.queries import rows, search
from sealwright.service.signatures.reasons_given import reason_in
from sealwright.service.signatures.records import Signature
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Gate, OpenGate

__all__ = ["Api"]

Route = Callable[[Content, Asked, str], Awaitable[Response]]

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_PATH = re.compile(
    r"/api/v1/(?:(?P<openapi>openapi\.json)|(?P<repositories>repositories)|(?P<images>images)"
    r"|signatures/(?P<content>[^/]+)/content|signatures/(?P<signature>[^/]+)|(?P<signatures>signatures))"
)


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


async def _signatures(content: Content, asked: Asked, _value: str) -> Response:
    """GET `/api/v1/signatures`."""
    most = asked.page_length(limits.LISTING_PAGE, 1)
    wanted = parameters.wanted(asked)
    named = asked.query("image")
    if named is not None:
        repository, selected = parameters.image(named)
        asked.caller.require("pull", repository)
        found = await _manifest(content, repository, selected)
        if wanted.repository not in (None, repository) or wanted.subject not in (None, found.digest):
            return _signature_page(asked, search.Page([], None), most)
        wanted = msgspec.structs.replace(wanted, repository=repository, subject=found.digest)
    after = None
    last = asked.query("last")
    if last is not None:
        row = await content.read(rows.find, parameters.identifier(last))
        if row is None:
            raise NotFoundError("service.signature-unknown", signature=ascii(last[:100]))
        after = (row.received, row.id)
    page = await content.offload(
        search.search,
        content.storage.database,
        wanted,
        lambda repository: asked.caller.may("pull", repository),
        after,
        most,
    )
    return _signature_page(asked, page, most)


def _signature_page(asked: Asked, page: search.Page, most: int) -> Response:
    last = None if page.after is None else page.after[1]
    body = SignaturePage([shown(one) for one in page.signatures], last)
    response = _json(body)
    if last is not None:
        _link(response, asked, most, last)
    return response


async def _signature(content: Content, asked: Asked, value: str) -> Response:
    """GET `/api/v1/signatures/{id}`."""
    return _json(shown(await _found(content, asked, value)))


async def _content(content: Content, asked: Asked, value: str) -> Response:
    """GET `/api/v1/signatures/{id}/content`: the bytes of a live one, or of the manifest that carries it."""
    found = await _found(content, asked, value)
    if found.revoked_at is not None:
        kept = None
    elif found.name is not None:
        kept = await content.read(rows.content, found.id)
    else:
        manifest = await content.read(manifests.body, found.repository, Digest(found.digest))
        kept = None if manifest is None else bytes(manifest.content)
    if kept is None:
        raise NotFoundError("service.signature-withdrawn", signature=found.id)
    etag = f'"{found.digest}"'
    headers = {"ETag": etag, "Content-Disposition": "attachment"}
    if asked.unchanged(etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = found.media_type
    return Response(kept, headers=headers)


async def _revoke(content: Content, asked: Asked, value: str) -> Response:
    """DELETE `/api/v1/signatures/{id}`: revoke it; the reason is in the body or the query."""
    found = await _found(content, asked, value)
    asked.caller.require("sign", found.repository, "delete")
    body = await asked.body.read(limits.ERROR_BODY_BYTES, "service.reason-too-long")
    why = reason_in(_reason(body) if body else asked.query("reason"))
    revoked = await content.offload(actions.revoke, content.storage, asked.caller, found, why)
    return _json(shown(revoked))


class _Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str = ""


def _reason(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Reason).reason
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedContentError("service.revocation-malformed", problem=str(error)) from None


async def _image(content: Content, asked: Asked, _value: str) -> Response:
    """GET `/api/v1/images`: one manifest, its tags, and its live signatures of every format."""
    repository = require_name(asked.query("repository") or "")
    selected = reference(asked.query("reference") or "")
    asked.caller.require("pull", repository)
    found = await _manifest(content, repository, selected)
    attached = await content.read(rows.attached, repository, found.digest, limits.LISTING_PAGE)
    tags = await content.read(rows.tags, repository, found.digest, limits.LISTING_PAGE)
    signatures = [shown(one) for one in attached]
    return _json(Image(repository, found.digest, found.media_type, found.size, tags, signatures))


async def _repositories(content: Content, asked: Asked, _value: str) -> Response:
    """GET `/api/v1/repositories`: those that the caller may pull from, in byte order."""
    most = asked.page_length(limits.LISTING_PAGE, 1)
    last = asked.query("last") or ""
    if last:
        require_name(last)
    found: list[str] = []
    more = False
    for _ in range(limits.SIGNATURES_SCANNED // limits.LISTING_PAGE):
        names = await content.read(repositories.catalog, last, limits.LISTING_PAGE)
        more = len(names) == limits.LISTING_PAGE
        for position, name in enumerate(names):
            last = name
            if asked.caller.may("pull", name):
                found.append(name)
                if len(found) == most:
                    more = more or position + 1 < len(names)
                    break
        if len(found) == most or not more:
            break
    body = {"repositories": [{"name": name} for name in found], "next": last if more else None}
    response = _json(body)
    if more:
        _link(response, asked, most, last)
    return response


_ROUTES: dict[tuple[str, str], Route] = {
    ("signatures", "GET"): _signatures,
    ("signature", "GET"): _signature,
    ("signature", "DELETE"): _revoke,
    ("content", "GET"): _content,
    ("images", "GET"): _image,
    ("repositories", "GET"): _repositories,
}


async def _found(content: Content, asked: Asked, value: str) -> Signature:
    """The signature of an identifier. What the caller may not pull is as good as not there.

    Raises:
        AccessDeniedError: a login may help.
        NotFoundError: `service.signature-unknown`.
    """
    found = await content.read(rows.find, parameters.identifier(value))
    if found is not None and asked.caller.may("pull", found.repository):
        return found
    if asked.caller.kind == "anonymous" and not asked.caller.administers:
        raise asked.caller.refusal("pull", "*", "registry:catalog:*")
    raise NotFoundError("service.signature-unknown", signature=value)


async def _manifest(content: Content, repository: str, selected: Digest | str) -> manifests.Found:
    found = await content.read(manifests.head, repository, selected)
    if found is None:
        raise NotFoundError("service.manifest-unknown", repository=repository, reference=selected)
    return found


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


def _link(response: Response, asked: Asked, most: int, last: str) -> None:
    """Name the next page (RFC 8288): the same question, from there on."""
    query = {name: values[0] for name, values in asked.parameters.items() if name not in ("n", "last")}
    query |= {"n": str(most), "last": last}
    response.headers["Link"] = f'<{asked.path}?{urlencode(query)}>; rel="next"'
