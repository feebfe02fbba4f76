"""Blobs as objects of an S3-compatible store, which any number of servers share.

    PREFIX/blobs/sha256/ab/abcd…      content, named by its digest
    PREFIX/uploads/UPLOAD/PART        what arrived of an upload, one object for each request

A body that is the whole of its upload goes to its place at once: the store shows an object only when all of
it is there, and the last piece is held back until the hash is known to be right. An upload in several
requests is joined and hashed when it is finished, wherever its parts arrived.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from sealwright import limits
from sealwright.digest import ALGORITHMS, Digest
from sealwright.errors import CallerError, StorageError
from sealwright.service.storage.blobs import Part, Pieces, Stored, Upload

__all__ = ["ObjectBlobs"]

_CHUNK = 8 * 1024 * 1024
"""Size of the pieces that an object is sent and read in."""

_CHUNKS = 8_000
"""Most pieces that a larger object is sent in; S3 allows 10,000, some may be longer than announced."""

_CHUNKS_AT_ONCE = 2
_PIECE = 256 * 1024
_ENCODED_PREFIX = 2


class ObjectBlobs:
    """The blobs and the arriving content below one prefix of a bucket."""

    def __init__(self, place: str, store: S3Store, reads: S3Store) -> None:
        self.place = place
        self._store = store
        self._reads = reads

    @classmethod
    def at(cls, url: str, options: Mapping[str, str]) -> Self:
        """Open a store.

        Args:
            url: `s3://bucket/prefix`.
            options: `endpoint`, `region`, `access_key_id`, `secret_access_key`, … as obstore names them; what
                is missing is taken from the environment, as Amazon's programs do. An endpoint of http is
                taken as it is.

        Raises:
            CallerError: `service.object-store-unknown`.
        """
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise CallerError("service.object-store-unknown", url=url, problem="it is not s3://bucket/prefix")
        try:
            store = _store(parts.netloc, parts.path, options, limits.OBJECT_STORE_SECONDS)
            # a client may take its time to read; how long the store may be silent is watched piece by piece
            reads = _store(parts.netloc, parts.path, options, limits.OBJECT_STORE_READ_SECONDS)
        except (BaseError, TypeError, ValueError) as error:
            raise CallerError("service.object-store-unknown", url=url, problem=_first_line(error)) from None
        return cls(url, store, reads)

    async def extend(self, upload: Upload, pieces: Pieces, announced: int | None) -> Part:
        """Put a body as an object of its own."""
        name = str(uuid.uuid4())
        counted = _Counted(pieces)
        with _failures():
            await _put(self._store, f"uploads/{upload.id}/{name}", counted, announced or 0)
        return Part(upload.received, counted.size, name)

    async def finish(
        self,
        upload: Upload,
        parts: Sequence[Part],
        pieces: Pieces,
        announced: int | None,
        digest: Digest,
    ) -> int:
        """Join the parts, or put the body, in the place of the blob."""
        if parts:
            last = await self.extend(upload, pieces, announced)
            pieces = self._joined(upload, [*parts, last])
        hashed = _Hashed(pieces, digest)
        with _failures():
            await _put(self._store, _path(digest), hashed, upload.received + (announced or 0))
        return hashed.size

    async def _joined(self, upload: Upload, parts: Sequence[Part]) -> AsyncIterator[bytes]:
        for part in parts:
            path = f"uploads/{upload.id}/{part.name}"
            for first in range(0, part.size, _CHUNK):
                end = min(first + _CHUNK, part.size)
                try:
                    piece = await obstore.get_range_async(self._store, path, start=first, end=end)
                except FileNotFoundError:
                    raise EOFError(part.name) from None
                yield bytes(piece)

    def settle(self, identifier: str, digest: Digest) -> None:
        """See that the object is still there; forget the parts."""
        del identifier  # its parts are dropped when the transaction has ended
        if self.size(digest) is None:
            raise StorageError("service.blob-collected", digest=digest)

    def forget(self, identifier: str, parts: Sequence[Part]) -> None:
        """Remove the parts, if there were any."""
        if parts:
            self.drop(identifier)

    def drop(self, identifier: str) -> None:
        """Remove the objects of an upload."""
        with _failures():
            for found in obstore.list(self._store, f"uploads/{identifier}"):
                for meta in found:
                    obstore.delete(self._store, meta["path"])

    def tidy(self, wanted: Callable[[str], bool], before: int) -> None:
        """Remove the objects that a crash left behind."""
        with _failures():
            for found in obstore.list(self._store, "uploads"):
                for meta in found:
                    if _microseconds(meta["last_modified"]) < before and not wanted(
                        meta["path"].split("/")[1]
                    ):
                        obstore.delete(self._store, meta["path"])

    async def open(self, digest: Digest, first: int, end: int) -> "_Object":
        """Ask for a part of an object."""
        with _failures():
            found = await obstore.get_async(self._reads, _path(digest), options={"range": (first, end)})
        return _Object(found.stream(min_chunk_size=_PIECE), end - first)

    def read(self, digest: Digest, most: int) -> bytes:
        """The first `most` bytes of a blob."""
        return b"".join(self._ranges(digest, most))

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        """The bytes of a blob."""
        return self._ranges(digest, limits.BLOB_BYTES)

    def _ranges(self, digest: Digest, most: int) -> Iterator[bytes]:
        """The first `most` bytes, in requests that each have a time-out and are tried again."""
        size = self.size(digest)
        if size is None:
            raise FileNotFoundError(digest)
        for first in range(0, min(size, most), _CHUNK):
            with _failures():
                end = min(first + _CHUNK, size, most)
                yield bytes(obstore.get_range(self._store, _path(digest), start=first, end=end))

    def size(self, digest: Digest) -> int | None:
        """The size of the object."""
        with _failures():
            try:
                return int(obstore.head(self._store, _path(digest))["size"])
            except FileNotFoundError:
                return None

    def put(self, digest: Digest, pieces: Iterator[bytes]) -> None:
        """Put an object in the place of the blob."""

        def hashed() -> Iterator[bytes]:
            hasher = digest.hasher()
            held = b""
            for piece in pieces:
                if held:
                    yield held
                hasher.update(piece)
                held = piece
            digest.require_hash(hasher, "blob")
            yield held

        with _failures():
            obstore.put(
                self._store, _path(digest), hashed(), chunk_size=_CHUNK, max_concurrency=_CHUNKS_AT_ONCE
            )

    def remove(self, digest: Digest) -> None:
        """Remove the object."""
        with _failures():
            try:
                obstore.delete(self._store, _path(digest))
            except FileNotFoundError:
                return

    def stored(self) -> Iterator[Stored]:
        """Every object that is named by a digest."""
        with _failures():
            for found in obstore.list(self._store, "blobs"):
                for meta in found:
                    _, algorithm, _, encoded = meta["path"].split("/")
                    if algorithm in ALGORITHMS:
                        digest = Digest.parse(f"{algorithm}:{encoded}")
                        yield Stored(digest, meta["size"], _microseconds(meta["last_modified"]))

    def probe(self, *, write: bool) -> None:
        """Put an object and remove it, or ask for one."""
        path = f"uploads/probe/{uuid.uuid4()}"
        with _failures():
            if not write:
                next(iter(obstore.list(self._store, path)), None)
                return
            obstore.put(self._store, path, b"?")
            obstore.delete(self._store, path)

    def close(self) -> None:
        """Nothing is held."""


def _store(bucket: str, prefix: str, options: Mapping[str, str], seconds: int) -> S3Store:
    """A client whose requests may take that long each."""
    settings: dict[str, Any] = dict(options)
    return S3Store(
        bucket,
        prefix=prefix.strip("/") or None,
        client_options={
            "allow_http": options.get("endpoint", "").startswith("http://"),
            "connect_timeout": f"{limits.OBJECT_STORE_CONNECT_SECONDS}s",
            "timeout": f"{seconds}s",
        },
        retry_config={
            "max_retries": limits.OBJECT_STORE_TRIES - 1,
            "retry_timeout": timedelta(seconds=limits.OBJECT_STORE_SECONDS),
        },
        **settings,
    )


class _Object:
    """The answer of the store, as it comes."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._length = length

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        stream = aiter(self._stream)
        with _failures():
            while True:
                try:
                    async with asyncio.timeout(limits.SILENCE_SECONDS):
                        piece = await anext(stream)
                except StopAsyncIteration:
                    break
                received += len(piece)
                yield bytes(piece)
        if received < self._length:
            raise EOFError(received)

    async def aclose(self) -> None:
        self._stream = None


class _Counted:
    """Pieces whose bytes are counted on their way."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self.size = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._pieces:
            self.size += len(piece)
            yield piece


class _Hashed(_Counted):
    """Pieces that end well only if all of them have a digest; the last one is held back until then."""

    def __init__(self, pieces: Pieces, digest: Digest) -> None:
        super().__init__(pieces)
        self._digest = digest

    async def __aiter__(self) -> AsyncIterator[bytes]:
        hasher = self._digest.hasher()
        held = b""
        async for piece in super().__aiter__():
            if held:
                yield held
            hasher.update(piece)
            held = piece
        self._digest.require_hash(hasher, "blob")
        if held:
            yield held


async def _put(store: S3Store, path: str, pieces: _Counted, announced: int) -> None:
    """Put an object of about `announced` bytes: in one request if it is small."""
    iterator = aiter(pieces)
    first = bytearray()
    async for piece in iterator:
        first += piece
        if len(first) > _CHUNK:
            break
    else:
        await obstore.put_async(store, path, bytes(first), use_multipart=False)
        return

    async def whole() -> AsyncIterator[bytes]:
        yield bytes(first)
        first.clear()  # it need not be held until the end
        async for piece in iterator:
            yield piece

    size = max(_CHUNK, announced // _CHUNKS)
    await obstore.put_async(store, path, whole(), chunk_size=size, max_concurrency=_CHUNKS_AT_ONCE)


@contextmanager
def _failures() -> Iterator[None]:
    """Tell what the store says as our error; what is not there stays FileNotFoundError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, TimeoutError) as error:
        raise StorageError("service.storage-failed", problem=_first_line(error)) from error


def _path(digest: Digest) -> str:
    return f"blobs/{digest.algorithm}/{digest.encoded[:_ENCODED_PREFIX]}/{digest.encoded}"


def _microseconds(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() * 1_000_000)


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__
