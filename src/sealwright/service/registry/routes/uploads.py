"""Uploads (distribution-spec, "Pushing blobs"); their state machine is told in `sessions`."""

import hashlib
import uuid
from collections.abc import Mapping

from starlette.responses import Response

from sealwright import limits
from sealwright.digest import ALGORITHMS, Digest
from sealwright.errors import MalformedContentError, NotFoundError, UsageError
from sealwright.service.registry import ranges
from sealwright.service.registry.actions import blobs as mounting
from sealwright.service.registry.actions import uploads as doing
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import Target
from sealwright.service.registry.rights import require_upload
from sealwright.service.registry.sessions import Session
from sealwright.service.storage.blobs import Arrival
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
        return await _push_whole(content, asked, name, Digest.parse(whole))
    algorithm = asked.query("digest-algorithm") or "sha256"
    if algorithm not in ALGORITHMS:
        raise UsageError("reference.digest-malformed", digest=f"{algorithm[:100]}:")
    session = content.sessions.new(name, algorithm)
    await content.offload(doing.begin, content.storage, session)
    content.sessions.keep(session)
    return _stands(session, 202)


async def status(content: Content, asked: Asked, target: Target) -> Response:
    """GET `<location>`: how far it has come (end-13)."""
    require_upload(asked.caller, target.name)
    return _stands(content.sessions.find(target.name, target.value), 204)


async def patch(content: Content, asked: Asked, target: Target) -> Response:
    """PATCH `<location>`: one more chunk, or all of it as a stream (end-5)."""
    require_upload(asked.caller, target.name)
    with content.sessions.claim(target.name, target.value) as session:
        await _take(content, asked, session, last=False)
    return _stands(session, 202)


async def put(content: Content, asked: Asked, target: Target) -> Response:
    """PUT `<location>?digest=`: perhaps a last chunk, then the end (end-6)."""
    text = asked.query("digest")
    if text is None:
        raise UsageError("service.digest-missing")
    digest = Digest.parse(text)
    name = target.name
    require_upload(asked.caller, name)
    with content.sessions.claim(name, target.value) as session:
        session.foresee(digest.algorithm)
        hasher = await _take(content, asked, session, last=True)
        if session.algorithm != digest.algorithm:
            hasher = await content.offload(
                content.storage.blobs.rehash, session.id, session.received, digest.hasher()
            )
        try:
            _require_digest(digest, hasher)
        except MalformedContentError:
            await _drop(content, session)
            raise
        await content.offload(doing.keep, content.storage, session.id, name, digest, session.received)
        content.sessions.forget(session)
    return _kept(name, digest)


async def cancel(content: Content, asked: Asked, target: Target) -> Response:
    """DELETE `<location>` (end-14)."""
    require_upload(asked.caller, target.name)
    with content.sessions.claim(target.name, target.value) as session:
        await _drop(content, session)
    return Response(status_code=204)


async def _push_whole(content: Content, asked: Asked, repository: str, digest: Digest) -> Response:
    """Take a blob that is the body of one request."""
    name = str(uuid.uuid4())
    blobs = content.storage.blobs
    _require_room(0, asked.body.length)
    with content.sessions.arriving():
        arrival = blobs.arrival(name, digest.hasher())
        try:
            await _fill(asked, arrival)
            _require_digest(digest, arrival.hasher)
            await content.offload(arrival.flush)
            await content.offload(doing.keep, content.storage, name, repository, digest, arrival.received)
        except BaseException:
            blobs.drop(name)
            raise
        finally:
            arrival.close()
    return _kept(repository, digest)


async def _take(content: Content, asked: Asked, session: Session, *, last: bool) -> "hashlib._Hash":
    """Add the body to a session, all of it or nothing, and give the hash of what the session then has.

    Before the last chunk is acknowledged the session ends, so its progress need not be remembered.
    """
    received = session.received
    try:
        promised = ranges.sent(asked.header("content-range"), received, asked.body.length)
    except UsageError as error:
        raise _astray(error.code, session, error.data) from None
    _require_room(received, promised)
    if session.hasher is None:
        session.hasher = await _hash_again(content, session)
    with content.sessions.arriving():
        arrival = content.storage.blobs.arrival(session.id, session.hasher.copy(), received)
        try:
            await _fill(asked, arrival)
            _require_length(asked, session, promised, arrival.received - received)
            if last:
                await content.offload(arrival.flush)
            else:
                await content.offload(doing.advance, content.storage, session, arrival)
        except BaseException:
            arrival.cut(received)
            raise
        else:
            session.hasher = arrival.hasher
            session.received = arrival.received
        finally:
            arrival.close()
    return session.hasher


async def _fill(asked: Asked, arrival: Arrival) -> None:
    async for piece in asked.body.pieces():
        _require_room(arrival.received, len(piece))
        arrival.add(piece)


async def _hash_again(content: Content, session: Session) -> "hashlib._Hash":
    """The hash of a session that a former server began."""
    try:
        return await content.offload(
            content.storage.blobs.rehash, session.id, session.received, hashlib.new(session.algorithm)
        )
    except (FileNotFoundError, EOFError):
        await _drop(content, session)
        raise NotFoundError(
            "service.upload-unknown", upload=session.id, repository=session.repository
        ) from None


async def _drop(content: Content, session: Session) -> None:
    await content.offload(doing.drop, content.storage, session.id)
    content.sessions.forget(session)


def _require_room(received: int, more: int | None) -> None:
    if received + (more or 0) > limits.BLOB_BYTES:
        raise MalformedContentError("service.blob-too-large", most=limits.BLOB_BYTES)


def _astray(code: str, session: Session, data: Mapping[str, object]) -> UsageError:
    """A chunk that does not fit, with what the client needs to go on."""
    standing = {"location": session.location, "last": session.last, "upload": session.id}
    return UsageError(code, **{**data, "received": session.received}, **standing)


def _require_length(asked: Asked, session: Session, promised: int | None, length: int) -> None:
    if promised is not None and promised != length:
        data = {"range": asked.header("content-range"), "length": length}
        raise _astray("service.upload-length", session, data)


def _require_digest(digest: Digest, hasher: "hashlib._Hash") -> None:
    found = hasher.hexdigest()
    if found != digest.encoded:
        raise MalformedContentError(
            "artifact.digest-mismatch", what="blob", expected=str(digest), found=f"{digest.algorithm}:{found}"
        )


def _stands(session: Session, code: int) -> Response:
    """Where a session stands."""
    return Response(
        status_code=code,
        headers={
            "Location": session.location,
            "Range": f"0-{session.last}",
            "Docker-Upload-UUID": session.id,
        },
    )


def _kept(name: str, digest: Digest) -> Response:
    """Where a blob is now."""
    return Response(
        status_code=201,
        headers={"Location": f"/v2/{name}/blobs/{digest}", "Docker-Content-Digest": digest},
    )
