"""Blobs as files in a folder of this machine, written by this process alone.

An upload is one file that grows; the hash of what counts of it is kept in memory, and made anew from the
file after a restart, or where the digest is of another algorithm than foreseen. Bodies are hashed and
written on the event loop, which takes less than handing them to a thread.
"""

import asyncio
import hashlib
import os
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.digest import ALGORITHMS, Digest
from sealwright.service.storage.blobs import Part, Pieces, Stored, Upload
from sealwright.service.storage.names import flush_folder, make_folder

if TYPE_CHECKING:
    from hashlib import _Hash as Hasher

__all__ = ["BlobFolder"]

_PIECE = 256 * 1024
"""How much is read from a file and sent at a time: enough that Python's share is small."""


class BlobFolder:
    """The blobs and the arriving content of one folder."""

    def __init__(self, folder: Path) -> None:
        self.place = str(folder)
        self._blobs = folder / "blobs"
        self._arriving = folder / "uploads"
        make_folder(self._blobs)
        make_folder(self._arriving)
        self._hashed: OrderedDict[str, tuple[int, Hasher]] = OrderedDict()

    async def extend(self, upload: Upload, pieces: Pieces, announced: int | None) -> Part:
        """Add a body to the file of an upload."""
        del announced
        received, hasher = await self._grow(upload, upload.algorithm, pieces)
        if not upload.received:
            await asyncio.to_thread(flush_folder, self._arriving)
        self._remember(upload.id, received, hasher)
        return Part(upload.received, received - upload.received, "")

    async def finish(
        self,
        upload: Upload,
        parts: Sequence[Part],
        pieces: Pieces,
        announced: int | None,
        digest: Digest,
    ) -> int:
        """Add the last body to the file of an upload, and compare the hash of all of it."""
        del parts, announced
        received, hasher = await self._grow(upload, digest.algorithm, pieces)
        digest.require_hash(hasher, "blob")
        return received

    async def _grow(self, upload: Upload, algorithm: str, pieces: Pieces) -> tuple[int, "Hasher"]:
        """Write a body behind what counts; gives the length and the hash of the whole, flushed."""
        path = self._arriving / upload.id
        hasher = await self._hash_of(upload, algorithm)
        received = upload.received
        if _is_settled(path):
            await asyncio.to_thread(_part_ways, path, received)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(descriptor, received)  # what a broken request left there
            os.lseek(descriptor, received, os.SEEK_SET)
            async for piece in pieces:
                hasher.update(piece)
                received += len(piece)
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
            await asyncio.to_thread(os.fsync, descriptor)
        except BaseException:
            os.ftruncate(descriptor, upload.received)
            raise
        finally:
            os.close(descriptor)
        return received, hasher

    async def _hash_of(self, upload: Upload, algorithm: str) -> "Hasher":
        """The hash of what counts of an upload, which the caller may go on with."""
        if not upload.received:
            return hashlib.new(algorithm)
        length, hasher = self._hashed.get(upload.id, (0, None))
        if hasher is not None and length == upload.received and hasher.name == algorithm:
            return hasher.copy()
        return await asyncio.to_thread(
            _hash_file, self._arriving / upload.id, upload.received, hashlib.new(algorithm)
        )

    def _remember(self, identifier: str, received: int, hasher: "Hasher") -> None:
        self._hashed[identifier] = received, hasher
        self._hashed.move_to_end(identifier)
        while len(self._hashed) > limits.UPLOAD_HASHES:
            self._hashed.popitem(last=False)

    def settle(self, identifier: str, digest: Digest) -> None:
        """Give the file of an upload its place as a second name, so that none is lost until all is done."""
        place = self._path(digest)
        make_folder(place.parent)
        second = self._arriving / f"{identifier}.settling"
        second.unlink(missing_ok=True)
        os.link(self._arriving / identifier, second)
        second.replace(place)
        flush_folder(place.parent)

    def forget(self, identifier: str, parts: Sequence[Part]) -> None:
        """Remove the first name of the file."""
        del parts
        self.drop(identifier)

    def drop(self, identifier: str) -> None:
        """Remove the file of an upload."""
        (self._arriving / identifier).unlink(missing_ok=True)
        self._hashed.pop(identifier, None)

    def tidy(self, wanted: Callable[[str], bool], before: int) -> None:
        """Remove the files that a crash left behind."""
        for path in self._arriving.iterdir():
            if not wanted(path.name) and path.stat().st_mtime_ns // 1000 < before:
                path.unlink(missing_ok=True)

    async def open(self, digest: Digest, first: int, end: int) -> "_File":
        """A file that is read on the event loop: files are local, and mostly in memory."""
        return _File(os.open(self._path(digest), os.O_RDONLY | os.O_CLOEXEC), first, end)

    def read(self, digest: Digest, most: int) -> bytes:
        """The first `most` bytes of a blob."""
        with self._path(digest).open("rb", buffering=0) as file:
            return file.read(most)

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        """The bytes of a blob."""
        with self._path(digest).open("rb", buffering=0) as file:
            while piece := file.read(limits.BLOB_PIECE_BYTES):
                yield piece

    def size(self, digest: Digest) -> int | None:
        """The size of the file."""
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def put(self, digest: Digest, pieces: Iterator[bytes]) -> None:
        """Write a file beside the others that are arriving, and rename it."""
        identifier = f"put-{uuid.uuid4()}"
        path = self._arriving / identifier
        hasher = digest.hasher()
        try:
            with path.open("xb") as file:
                for piece in pieces:
                    hasher.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            digest.require_hash(hasher, "blob")
            self.settle(identifier, digest)
        finally:
            path.unlink(missing_ok=True)

    def remove(self, digest: Digest) -> None:
        """Remove the file."""
        self._path(digest).unlink(missing_ok=True)

    def stored(self) -> Iterator[Stored]:
        """Every file that is named by a digest."""
        for path in sorted(self._blobs.glob("*/??/*")):
            algorithm = path.parent.parent.name
            if algorithm in ALGORITHMS:
                found = path.stat()
                digest = Digest.parse(f"{algorithm}:{path.name}")
                yield Stored(digest, found.st_size, found.st_mtime_ns // 1000)

    def probe(self, *, write: bool) -> None:
        """Write a file and remove it, or look for one."""
        if not write:
            next(self._blobs.iterdir(), None)
            return
        path = self._arriving / f"probe-{uuid.uuid4()}"
        try:
            path.write_bytes(b"?")
        finally:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is held."""

    def _path(self, digest: Digest) -> Path:
        return self._blobs / digest.algorithm / digest.encoded[:2] / digest.encoded


class _File:
    """A part of an open file."""

    def __init__(self, descriptor: int, first: int, end: int) -> None:
        self._descriptor = descriptor
        self._first = first
        self._end = end

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._first < self._end:
            piece = os.pread(self._descriptor, min(_PIECE, self._end - self._first), self._first)
            if not piece:
                raise EOFError(self._first)
            self._first += len(piece)
            yield piece

    async def aclose(self) -> None:
        os.close(self._descriptor)


def _is_settled(path: Path) -> bool:
    """Whether the file of an upload has its place as a second name: what followed was broken off."""
    try:
        return path.stat().st_nlink > 1
    except FileNotFoundError:
        return False


def _part_ways(path: Path, length: int) -> None:
    """Let the file of an upload be its own again: else to write to it would be to write to the blob."""
    apart = path.with_name(f"{path.name}.apart")
    with path.open("rb") as source, apart.open("wb") as target:
        while length and (piece := source.read(min(length, limits.BLOB_PIECE_BYTES))):
            target.write(piece)
            length -= len(piece)
        target.flush()
        os.fsync(target.fileno())
    apart.replace(path)
    flush_folder(path.parent)


def _hash_file(path: Path, length: int, hasher: "Hasher") -> "Hasher":
    """Feed the first `length` bytes of a file to a hash, and give it back."""
    try:
        with path.open("rb", buffering=0) as file:
            while length:
                piece = file.read(min(length, limits.BLOB_PIECE_BYTES))
                if not piece:
                    raise EOFError(path.name)
                hasher.update(piece)
                length -= len(piece)
    except FileNotFoundError:
        raise EOFError(path.name) from None
    return hasher
