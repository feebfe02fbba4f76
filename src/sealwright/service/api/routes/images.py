"""HTTP for images with their signatures, and for the repositories that hold any."""

from starlette.responses import Response

from sealwright import limits
from sealwright.digest import Digest
from sealwright.service.api.routes.answers import json, link, manifest_for, shown_each
from sealwright.service.api.shown import Image, ImagePage
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import reference, require_name
from sealwright.service.registry.queries import manifests, repositories
from sealwright.service.signatures.queries import rows
from sealwright.service.web.asked import Asked

__all__ = ["catalog", "everywhere", "show"]


async def show(content: Content, asked: Asked, _value: str) -> Response:
    """GET `/api/v1/images`: one manifest, its tags, and its live signatures of every format."""
    repository = require_name(asked.query("repository") or "")
    selected = reference(asked.query("reference") or "")
    asked.caller.require("pull", repository)
    found = await manifest_for(content, repository, selected)
    return json(await _shown(content, repository, found))


async def everywhere(content: Content, asked: Asked, value: str) -> Response:
    """GET `/api/v1/images/{digest}`: the same in every repository that the caller may pull from."""
    digest = Digest.parse(value)
    most = asked.page_length(limits.IMAGES_PAGE, 1)
    last = asked.query("last") or ""
    if last:
        require_name(last)
    found: list[Image] = []
    more = False
    for _ in range(limits.SIGNATURES_SCANNED // limits.LISTING_PAGE):
        holders = await content.read(manifests.holders, digest, last, limits.LISTING_PAGE)
        more = len(holders) == limits.LISTING_PAGE
        for position, (name, held) in enumerate(holders):
            last = name
            if asked.caller.may("pull", name):
                found.append(await _shown(content, name, held))
            if len(found) == most:
                more = more or position + 1 < len(holders)
                break
        if len(found) == most or not more:
            break
    response = json(ImagePage(found, last if more else None))
    if more:
        link(response, asked, most, last)
    return response


async def _shown(content: Content, repository: str, found: manifests.Found) -> Image:
    attached = await content.read(rows.attached, repository, found.digest, limits.LISTING_PAGE)
    tags = await content.read(rows.tags, repository, found.digest, limits.LISTING_PAGE)
    signatures = await shown_each(content, attached)
    return Image(repository, found.digest, found.media_type, found.size, tags, signatures)


async def catalog(content: Content, asked: Asked, _value: str) -> Response:
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
    response = json(body)
    if more:
        link(response, asked, most, last)
    return response
