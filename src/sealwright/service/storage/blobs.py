"""Blobs as files, named by their digest, and the files in which they arrive.

A blob's life: `Arrival` (a file under `uploads/`, hashed while it is written) → `keep` (flush, rename,
flush of the folder) → `open`, as often as wanted. A file under
`blobs/` is therefore always whole, and two clients that push one blob at the same time rename the same
bytes to the same name.
"""

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.digest import Digest

if TYPE_CHECKING:
    from hashlib import _Hash as Hasher

__all__ = ["Arrival", "BlobFolder"]


class Arrival:
    """A file that content is being added to, with the hash of all of it so far.

    `received` counts the bytes written, from the start of the file. Not for two threads at a time.
    """

    def __init__(self, path: Path, hasher: "Hasher", received: int) -> None:
        self.hasher = hasher
        self.received = received
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._descriptor, received)
        os.lseek(self._descriptor, received, os.SEEK_SET)

    def add(self, piece: bytes) -> None:
        """Write and hash one more piece."""
        self.hasher.update(piece)
        self.received += len(piece)
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def flush(self) -> None:
        """Return only when all that was added is on the disk."""
        os.fsync(self._descriptor)

    def cut(self, length: int) -> None:
        """Take back what was added after the first `length` bytes; the hash is then the caller's matter."""
        os.ftruncate(self._descriptor, length)
        self.received = length

    def close(self) -> None:
        """Close the file; it stays where it is."""
        os.close(self._descriptor)


class BlobFolder:
    """The blobs and the arriving content of one folder."""

    def __init__(self, folder: Path) -> None:
        self._blobs = folder / "blobs"
        self._arriving = folder / "uploads"
        self._blobs.mkdir(exist_ok=True)
        self._arriving.mkdir(exist_ok=True)
        _flush_folder(folder)

    def arrival(self, name: str, hasher: "Hasher", received: int = 0) -> Arrival:
        """Begin, or go on with, the arriving content `name`.

        Args:
            name: an identifier made by us, never by a client.
            hasher: the hash of the first `received` bytes.
            received: how many bytes of the file count; what stands after them is dropped.
        """
        return Arrival(self._arriving / name, hasher, received)

    def rehash(self, name: str, length: int, hasher: "Hasher") -> "Hasher":
        """Feed the first `length` bytes of the arriving content `name` to a hash, and give it back.

        Raises:
            FileNotFoundError: it is not there.
            EOFError: it is shorter.
        """
        with (self._arriving / name).open("rb", buffering=0) as file:
            while length:
                piece = file.read(min(length, limits.BLOB_PIECE_BYTES))
                if not piece:
                    raise EOFError(name)
                hasher.update(piece)
                length -= len(piece)
        return hasher

    def keep(self, name: str, digest: Digest) -> None:
        """Make the arriving content `name`, which was flushed, the blob `digest`."""
        place = self._path(digest)
        if not place.parent.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            _flush_folder(place.parent.parent)
            _flush_folder(self._blobs)
        (self._arriving / name).replace(place)
        _flush_folder(place.parent)

    def probe(self, *, write: bool) -> None:
        """Return if content can be stored, or, unless `write`, read.

        Raises:
            OSError: it cannot.
        """
        if write:
            place = self._arriving / f".probe-{uuid.uuid4()}"
            place.write_bytes(b"probe")
            place.unlink()
        else:
            next(self._blobs.iterdir(), None)

    def flush_names(self) -> None:
        """Return only when the names of arriving content are on the disk."""
        _flush_folder(self._arriving)

    def drop(self, name: str) -> None:
        """Forget the arriving content `name`, if it is there."""
        (self._arriving / name).unlink(missing_ok=True)

    def drop_all_but(self, wanted: Callable[[str], bool]) -> None:
        """Forget the arriving content that a crash left behind."""
        for path in self._arriving.iterdir():
            if not wanted(path.name):
                path.unlink(missing_ok=True)

    def open(self, digest: Digest) -> int:
        """A file descriptor on a blob, for reading; the caller closes it.

        Raises:
            FileNotFoundError: it is not there.
        """
        return os.open(self._path(digest), os.O_RDONLY | os.O_CLOEXEC)

    def _path(self, digest: Digest) -> Path:
        return self._blobs / digest.algorithm / digest.encoded[:2] / digest.encoded


def _flush_folder(folder: Path) -> None:
    """Return only when the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
