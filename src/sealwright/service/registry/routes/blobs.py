"""Blobs: read, looked for, deleted (distribution-spec, "Pulling blobs" and "Deleting Blobs")."""

import asyncio
import os

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sealwright.digest import Digest
from sealwright.errors import NotFoundError
from sealwright.service.registry import ranges
from sealwright.service.registry.actions import blobs as doing
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import Target
from sealwright.service.registry.queries import blobs as rows
from sealwright.service.web.asked import Asked

__all__ = ["delete", "get"]

_PIECE = 256 * 1024
"""How much is read from a file and sent at a time: enough that Python's share is small."""


class _Part(Response):
    """A part of an open file as the answer's body; the file is closed at the end, whatever the end is.

    Files are read on the event loop: they are local, and mostly in memory. While a client is slow to take
    a piece, other requests go on.
    """

    def __init__(self, descriptor: int, first: int, end: int, asked: Asked, status: int) -> None:
        super().__init__(None, status, media_type="application/octet-stream")
        self.headers["content-length"] = str(end - first)
        self._descriptor = descriptor
        self._first = first
        self._end = end
        self._asked = asked

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        try:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            if self._end - self._first <= _PIECE:
                await self._send_piece(send)
                return
            gone = asyncio.create_task(self._asked.body.gone())
            try:
                while self._first < self._end and not gone.done():
                    await self._send_piece(send)
            finally:
                gone.cancel()
        finally:
            os.close(self._descriptor)

    async def _send_piece(self, send: Send) -> None:
        piece = os.pread(self._descriptor, min(_PIECE, self._end - self._first), self._first)
        if not piece:
            raise EOFError(self._first)  # shorter than its row says: the connection is cut
        self._first += len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": self._first < self._end})


async def get(content: Content, asked: Asked, target: Target) -> Response:
    """GET and HEAD `/v2/<name>/blobs/<digest>` (end-2)."""
    digest = Digest.parse(target.value)
    asked.caller.require("pull", target.name, "push", "sign")
    size = await content.read(rows.size, target.name, digest)
    if size is None:
        raise NotFoundError("service.blob-unknown", repository=target.name, digest=digest)
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
    response = _Part(content.storage.blobs.open(digest), first, end, asked, 206 if part else 200)
    response.headers.update(headers)
    return response


async def delete(content: Content, asked: Asked, target: Target) -> Response:
    """DELETE `/v2/<name>/blobs/<digest>` (end-10)."""
    digest = Digest.parse(target.value)
    asked.caller.require("delete", target.name)
    await content.offload(doing.delete, content.storage, asked.caller, target.name, digest)
    return Response(status_code=202)
