"""Uploads (distribution-spec, "Pushing blobs"); their state machine is told in `claims`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.responses import Response

from sealwright.digest import ALGORITHMS, Digest
from sealwright.errors import MalformedContentError, NotFoundError, UsageError
from sealwright.service.registry import ranges
from sealwright.service.registry.actions import blobs as mounting
from sealwright.service.registry.actions import uploads as doing
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import Target
from sealwright.service.registry.queries import uploads as rows
from sealwright.service.registry.rights import most_to_upload, require_upload
from sealwright.service.storage import Upload
from sealwright.service.web.asked import Asked

__all__ = ["cancel", "patch", "post", "put", "status"]


async def post(content: Content, asked: Asked, target: Target) -> Response:
    """POST `/v2/<name>/blobs/uploads/`: begin (end-4a, end-4c), push at once (end-4b) or mount (end-11)."""
    name = target.name
    require_upload(asked.caller, name)
    mount = asked.query("mount")
    if mount is not None:
        digest = Digest.parse(mount)
        if await content.offload(mounting.mount, content, asked.caller, name, digest, asked.query("from")):
            return _kept(name, digest)
    elif (whole := asked.query("digest")) is not None:
        digest = Digest.parse(whole)
        upload = doing.fresh(name, digest.algorithm)
        await _finish(content, asked, upload, digest, begun=False)
        return _kept(name, digest)
    algorithm = asked.query("digest-algorithm") or "sha256"
    if algorithm not in ALGORITHMS:
        raise UsageError("reference.digest-malformed", digest=f"{algorithm[:100]}:")
    return _stands(await content.offload(doing.begin, content.storage, name, algorithm), 202)


async def status(content: Content, asked: Asked, target: Target) -> Response:
    """GET `<location>`: how far it has come (end-13)."""
    require_upload(asked.caller, target.name)
    return _stands(await _found(content, target), 204)


async def patch(content: Content, asked: Asked, target: Target) -> Response:
    """PATCH `<location>`: one more chunk, or all of it as a stream (end-5)."""
    require_upload(asked.caller, target.name)
    with content.claims.claim(target.value):
        upload = await _found(content, target)
        body = _Chunk(asked, upload)
        async with _receiving(content, upload):
            part = await content.storage.blobs.extend(upload, body.pieces(), body.promised)
        upload = await content.offload(doing.advance, content.storage, upload, part)
    return _stands(upload, 202)


async def put(content: Content, asked: Asked, target: Target) -> Response:
    """PUT `<location>?digest=`: perhaps a last chunk, then the end (end-6)."""
    require_upload(asked.caller, target.name)
    text = asked.query("digest")
    if text is None:
        raise UsageError("service.digest-missing")
    digest = Digest.parse(text)
    with content.claims.claim(target.value):
        upload = await _found(content, target)
        try:
            await _finish(content, asked, upload, digest, begun=True)
        except MalformedContentError as error:
            if error.code == "artifact.digest-mismatch":
                await content.offload(doing.drop, content.storage, upload.id)
            raise
    return _kept(target.name, digest)


async def cancel(content: Content, asked: Asked, target: Target) -> Response:
    """DELETE `<location>` (end-14)."""
    require_upload(asked.caller, target.name)
    with content.claims.claim(target.value):
        upload = await _found(content, target)
        await content.offload(doing.drop, content.storage, upload.id)
    return Response(status_code=204)


async def _found(content: Content, target: Target) -> Upload:
    """The upload that the path names.

    Raises:
        NotFoundError: `service.upload-unknown`.
    """
    upload = await content.read(rows.find, target.name, target.value)
    if upload is None:
        raise _unknown(target.value, target.name)
    return upload


def _unknown(identifier: str, repository: str) -> NotFoundError:
    return NotFoundError("service.upload-unknown", upload=ascii(identifier[:100]), repository=repository)


async def _finish(content: Content, asked: Asked, upload: Upload, digest: Digest, *, begun: bool) -> None:
    """Take the body as the last chunk of an upload, and make the whole a blob."""
    body = _Chunk(asked, upload)
    blobs = content.storage.blobs
    parts = await content.read(rows.parts, upload.id) if upload.received else []
    try:
        async with _receiving(content, upload):
            size = await blobs.finish(upload, parts, body.pieces(), body.promised, digest)
        await content.offload(doing.keep, content, upload, digest, size, begun=begun)
    except BaseException:
        if not begun:
            await content.offload(blobs.drop, upload.id)
        raise
    await content.offload(blobs.forget, upload.id, parts)


@asynccontextmanager
async def _receiving(content: Content, upload: Upload) -> AsyncIterator[None]:
    """Receive one body. An upload of which the place of blobs has lost what counted ends.

    Raises:
        EnvironmentalError: `service.busy`.
        NotFoundError: `service.upload-unknown`.
    """
    with content.claims.arriving():
        try:
            yield
        except EOFError:
            await content.offload(doing.drop, content.storage, upload.id)
            raise _unknown(upload.id, upload.repository) from None


class _Chunk:
    """The body of a request as the next chunk of an upload; `promised` is how long it is said to be, or None.

    Raises:
        MalformedContentError: `service.blob-too-large`.
        UsageError: `service.upload-out-of-order` or `service.upload-length`.
    """

    def __init__(self, asked: Asked, upload: Upload) -> None:
        self._asked = asked
        self._upload = upload
        self._most = most_to_upload(asked.caller, upload.repository)
        try:
            self.promised = ranges.sent(asked.header("content-range"), upload.received, asked.body.length)
        except UsageError as error:
            raise self._astray(error.code, error.data) from None
        self._require_room(self.promised or 0)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes; raises at its end if it is not as long as promised."""
        length = 0
        async for piece in self._asked.body.pieces():
            length += len(piece)
            self._require_room(length)
            yield piece
        if self.promised is not None and self.promised != length:
            data = {"range": self._asked.header("content-range"), "length": length}
            raise self._astray("service.upload-length", data)

    def _require_room(self, length: int) -> None:
        if self._upload.received + length > self._most:
            raise MalformedContentError("service.blob-too-large", most=self._most)

    def _astray(self, code: str, data: Mapping[str, object]) -> UsageError:
        """A chunk that does not fit, with what the client needs to go on."""
        upload = self._upload
        standing = {"location": upload.location, "last": upload.last, "upload": upload.id}
        return UsageError(code, **{**data, "received": upload.received}, **standing)


def _stands(upload: Upload, code: int) -> Response:
    """Where an upload stands."""
    return Response(
        status_code=code,
        headers={
            "Location": upload.location,
            "Range": f"0-{upload.last}",
            "Docker-Upload-UUID": upload.id,
        },
    )


def _kept(name: str, digest: Digest) -> Response:
    """Where a blob is now."""
    return Response(
        status_code=201,
        headers={"Location": f"/v2/{name}/blobs/{digest}", "Docker-Content-Digest": digest},
    )
