"""Manifests: pulled, pushed, deleted (distribution-spec, "Pulling manifests", "Pushing Manifests")."""

from starlette.responses import Response

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import NotFoundError, UsageError
from sealwright.service.registry.actions import manifests as doing
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import Target, reference, require_tag
from sealwright.service.registry.queries import manifests as rows
from sealwright.service.web.asked import Asked

__all__ = ["delete", "get", "put"]


async def get(content: Content, asked: Asked, target: Target) -> Response:
    """GET and HEAD `/v2/<name>/manifests/<tag-or-digest>` (end-3).

    The manifest is sent as the type that it was pushed as, whatever the client accepts: another type would
    be another manifest.
    """
    wanted = reference(target.value)
    asked.caller.require("pull", target.name)
    found = await content.read(rows.head if asked.method == "HEAD" else rows.body, target.name, wanted)
    if found is None:
        raise NotFoundError("service.manifest-unknown", repository=target.name, reference=wanted)
    warning = await content.hooks.admit(target.name, found, asked.caller)
    etag = f'"{found.digest}"'
    headers = {"Docker-Content-Digest": found.digest, "ETag": etag}
    if warning is not None:
        headers["Warning"] = f'299 - "{warning}"'
    if asked.unchanged(etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = found.media_type
    headers["X-Content-Type-Options"] = "nosniff"
    if asked.method == "HEAD":
        headers["Content-Length"] = str(found.size)
    return Response(found.content, headers=headers)


async def put(content: Content, asked: Asked, target: Target) -> Response:
    """PUT `/v2/<name>/manifests/<tag-or-digest>`, by digest with any number of `?tag=` (end-7a, end-7b)."""
    name = target.name
    to = reference(target.value)
    tags = (to,) if not isinstance(to, Digest) else tuple(dict.fromkeys(asked.queries("tag")))
    if len(tags) > limits.TAGS_PER_PUSH:
        raise UsageError("service.tags-too-many", count=len(tags), most=limits.TAGS_PER_PUSH)
    for tag in tags:
        require_tag(tag)
    asked.caller.require("push", name, "sign")
    with content.claims.arriving():
        body = await asked.body.read(limits.MANIFEST_BYTES, "service.manifest-too-large")
        record = await content.offload(
            doing.put,
            content,
            asked.caller,
            name,
            body,
            asked.header("content-type"),
            to if isinstance(to, Digest) else None,
            tags,
        )
    headers = {
        "Location": f"/v2/{name}/manifests/{record.digest}",
        "Docker-Content-Digest": record.digest,
    }
    if record.subject is not None:
        headers["OCI-Subject"] = record.subject
    if tags and isinstance(to, Digest):
        headers["OCI-Tag"] = ", ".join(tags)
    return Response(status_code=201, headers=headers)


async def delete(content: Content, asked: Asked, target: Target) -> Response:
    """DELETE `/v2/<name>/manifests/<tag-or-digest>` (end-9)."""
    await content.offload(
        doing.delete, content, asked.caller, target.name, reference(target.value), asked.query("reason") or ""
    )
    return Response(status_code=202)
