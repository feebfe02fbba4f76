"""HTTP for signatures: searched, shown, given out, revoked."""

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError
from sealwright.service.api import actions, parameters
from sealwright.service.api.routes.answers import json, link, manifest_for, shown_each, signature_for
from sealwright.service.api.shown import SignaturePage
from sealwright.service.registry.content import Content
from sealwright.service.registry.queries import manifests
from sealwright.service.signatures.queries import rows, search
from sealwright.service.signatures.reasons_given import reason_in
from sealwright.service.web.asked import Asked

__all__ = ["content_of", "revoke", "search_all", "show"]


async def search_all(content: Content, asked: Asked, _value: str) -> Response:
    """GET `/api/v1/signatures`."""
    most = asked.page_length(limits.LISTING_PAGE, 1)
    wanted = parameters.wanted(asked)
    named = asked.query("image")
    if named is not None:
        repository, selected = parameters.image(named)
        asked.caller.require("pull", repository)
        found = await manifest_for(content, repository, selected)
        if wanted.repository not in (None, repository) or wanted.subject not in (None, found.digest):
            return await _page(content, asked, search.Page([], None), most)
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
    return await _page(content, asked, page, most)


async def _page(content: Content, asked: Asked, page: search.Page, most: int) -> Response:
    last = None if page.after is None else page.after[1]
    response = json(SignaturePage(await shown_each(content, page.signatures), last))
    if last is not None:
        link(response, asked, most, last)
    return response


async def show(content: Content, asked: Asked, value: str) -> Response:
    """GET `/api/v1/signatures/{id}`."""
    (found,) = await shown_each(content, [await signature_for(content, asked, value)])
    return json(found)


async def content_of(content: Content, asked: Asked, value: str) -> Response:
    """GET `/api/v1/signatures/{id}/content`: the bytes of a live one, or of the manifest that carries it."""
    found = await signature_for(content, asked, value)
    kept = None if found.revoked_at is not None else await content.read(rows.content, found.id)
    if kept is None and found.name is None and found.revoked_at is None:
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


async def revoke(content: Content, asked: Asked, value: str) -> Response:
    """DELETE `/api/v1/signatures/{id}`: revoke it; the reason is in the body or the query."""
    found = await signature_for(content, asked, value)
    asked.caller.require("sign", found.repository, "delete")
    body = await asked.body.read(limits.ERROR_BODY_BYTES, "service.reason-too-long")
    why = reason_in(_reason(body) if body else asked.query("reason"))
    revoked = await content.offload(actions.revoke, content.storage, asked.caller, found, why)
    (told,) = await shown_each(content, [revoked])
    return json(told)


class _Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str = ""


def _reason(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Reason).reason
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedContentError("service.revocation-malformed", problem=str(error)) from None
