"""Blobs: read, looked for, deleted (distribution-spec, "Pulling blobs" and "Deleting Blobs")."""

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import NotFoundError
from sealwright.service.registry import ranges
from sealwright.service.registry.actions import blobs as doing
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import Target
from sealwright.service.registry.queries import blobs as rows
from sealwright.service.storage import Reading, now
from sealwright.service.web.asked import Asked

__all__ = ["delete", "get"]


_FRESH = limits.BLOB_TOUCH_SECONDS * 1_000_000


class _Part(Response):
    """A part of a blob as the answer's body; what was opened is closed at the end, whatever the end is."""

    def __init__(self, reading: Reading, length: int, asked: Asked, status: int) -> None:
        super().__init__(None, status, media_type="application/octet-stream")
        self.headers["content-length"] = str(length)
        self._reading = reading
        self._length = length
        self._asked = asked

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        gone = None
        try:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            if self._length > limits.BLOB_PIECE_BYTES:
                gone = asyncio.create_task(self._asked.body.gone())
            async for piece in self._reading:
                self._length -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": self._length > 0})
                if gone is not None and gone.done():
                    break
        finally:
            if gone is not None:
                gone.cancel()
            await self._reading.aclose()


async def get(content: Content, asked: Asked, target: Target) -> Response:
    """GET and HEAD `/v2/<name>/blobs/<digest>` (end-2)."""
    digest = Digest.parse(target.value)
    asked.caller.require("pull", target.name, "push", "sign")
    shown = await content.read(rows.shown, target.name, digest)
    if shown is None:
        raise NotFoundError("service.blob-unknown", repository=target.name, digest=digest)
    size = shown.size
    if asked.method == "HEAD" and asked.caller.may("push", target.name) and shown.touched < now() - _FRESH:
        await content.offload(doing.touch, content.storage, target.name, digest)
    etag = f'"{digest}"'
    headers = {
        "Docker-Content-Digest": digest,
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    if asked.unchanged(etag):
        return Response(status_code=304, headers=headers)
    if asked.method == "HEAD":
        return Response(
            headers=headers | {"Content-Length": str(size)}, media_type="application/octet-stream"
        )
    part = ranges.wanted(asked.header("range"), size) if asked.header("if-range") in (None, etag) else None
    first, end = part or (0, size)
    if not size:
        return Response(headers=headers, media_type="application/octet-stream")
    if part:
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    reading = await content.storage.blobs.open(digest, first, end)
    response = _Part(reading, end - first, asked, 206 if part else 200)
    response.headers.update(headers)
    return response


async def delete(content: Content, asked: Asked, target: Target) -> Response:
    """DELETE `/v2/<name>/blobs/<digest>` (end-10)."""
    digest = Digest.parse(target.value)
    asked.caller.require("delete", target.name)
    await content.offload(doing.delete, content.storage, asked.caller, target.name, digest)
    return Response(status_code=202)
