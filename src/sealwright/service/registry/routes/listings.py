"""Listings: repositories, tags, referrers (distribution-spec, "Content Discovery").

A page ends after `n` entries, or fewer if the limit is lower; the next one is named by `Link`.
"""

from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from sealwright import limits, media_types
from sealwright.digest import Digest
from sealwright.errors import NotFoundError
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import Target
from sealwright.service.registry.queries import listings as rows
from sealwright.service.registry.queries import repositories
from sealwright.service.web.asked import Asked

__all__ = ["catalog", "referrers", "tags"]

_DESCRIPTOR_BYTES = 512
"""About what a descriptor takes without its annotations."""


async def catalog(content: Content, asked: Asked, _target: Target) -> Response:
    """GET `/v2/_catalog`: the repositories that hold a manifest, in byte order."""
    most = asked.page_length(limits.LISTING_PAGE)
    names = await _readable(content, asked, most + 1)
    return _page(asked, {"repositories": names[:most]}, names, most)


async def _readable(content: Content, asked: Asked, most: int) -> list[str]:
    """The first repositories after `last` that the caller may know of."""
    found: list[str] = []
    last = asked.query("last") or ""
    batch = most  # enough where everything may be seen
    while len(found) < most:
        names = await content.read(repositories.catalog, last, batch)
        found += [name for name in names if asked.caller.sees(name)]
        if len(names) < batch:
            break
        last, batch = names[-1], limits.LISTING_PAGE
    return found[:most]


async def tags(content: Content, asked: Asked, target: Target) -> Response:
    """GET `/v2/<name>/tags/list`: in byte order (end-8a, end-8b)."""
    most = asked.page_length(limits.LISTING_PAGE)
    name = target.name
    asked.caller.require("pull", name)
    names = await content.read(rows.tags, name, asked.query("last") or "", most + 1)
    if not names and not await content.read(repositories.exists, name):
        raise NotFoundError("service.repository-unknown", name=name)
    return _page(asked, {"name": name, "tags": names[:most]}, names, most)


async def referrers(content: Content, asked: Asked, target: Target) -> Response:
    """GET `/v2/<name>/referrers/<digest>`: an index, empty rather than absent (end-12a, end-12b)."""
    subject = Digest.parse(target.value)
    asked.caller.require("pull", target.name)
    most = max(asked.page_length(limits.LISTING_PAGE), 1)
    artifact_type = asked.query("artifactType") or ""
    last = asked.query("last") or ""
    found: list[dict[str, object]] = []
    more = ""
    room = limits.REFERRERS_PAGE_BYTES
    listed = await content.read(rows.referrers, target.name, subject, artifact_type, last, most + 1)
    for row in listed:
        room -= _DESCRIPTOR_BYTES + len(row.annotations or "")
        if found and (len(found) == most or room < 0):
            more = str(found[-1]["digest"])
            break
        found.append(_descriptor(row))
    body = msgspec.json.encode({"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX, "manifests": found})
    response = Response(body, headers={"Content-Type": media_types.IMAGE_INDEX})
    if artifact_type:
        response.headers["OCI-Filters-Applied"] = "artifactType"
    if more:
        _link(response, asked, most, more)
    return response


def _descriptor(row: rows.Referrer) -> dict[str, object]:
    members: dict[str, object] = {"mediaType": row.media_type, "digest": row.digest, "size": row.size}
    if row.artifact_type:
        members["artifactType"] = row.artifact_type
    if row.annotations:
        members["annotations"] = msgspec.Raw(row.annotations.encode())
    return members


def _page(asked: Asked, members: dict[str, object], names: list[str], most: int) -> Response:
    response = Response(msgspec.json.encode(members), media_type="application/json")
    if 0 < most < len(names):
        _link(response, asked, most, names[most - 1])
    return response


def _link(response: Response, asked: Asked, most: int, last: str) -> None:
    """Name the next page (RFC 8288), relative, so that it holds behind any proxy."""
    query = {"n": str(most), "last": last}
    artifact_type = asked.query("artifactType")
    if artifact_type:
        query["artifactType"] = artifact_type
    response.headers["Link"] = f'<{asked.path}?{urlencode(query)}>; rel="next"'
