"""A folder of answers that are used again, each in a file named for the question that it answers.

Whoever can write here may decide, so:

1. The folder must belong to us, be no symbolic link, and let nobody else write. It is made with mode 0700,
   its files with 0600. This is looked at anew for every use.
2. A file holds one line, `MAGIC KEY SHA256`, and then the answer. A file whose key or checksum does not fit,
   that is too large, not regular, or not ours, is removed and counts as none.
3. Files are written beside and renamed, so that a reader finds all of an answer or none. They are not synced:
   what a crash leaves half-written fails its checksum.
4. Number and bytes are bounded. They are counted when the first answer is kept and every
   `Bounds.counted_every` answers from then on; beyond a bound, the oldest go until a tenth is free. So each
   process that writes at the same time may exceed the bounds by that many.
"""

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock

import msgspec

from sealwright.errors import StorageError
from sealwright.homes import files

__all__ = ["Bounds", "CacheFolder"]

_KEY = re.compile(r"[0-9a-f]{64}")
_TEMPORARY = re.compile(r"\.[0-9a-f]{24}")
_TEMPORARY_SECONDS = 3600
"""After this long, whoever wrote a temporary file has ended without renaming it."""
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_NOFOLLOW = os.O_NOFOLLOW | os.O_CLOEXEC


class Bounds(msgspec.Struct, frozen=True):
    """How much is kept: files, bytes of all, of one, and for how many seconds."""

    entries: int
    size: int
    entry: int
    seconds: int
    counted_every: int


class _Entry(msgspec.Struct, frozen=True):
    name: str
    size: int
    written: float


class CacheFolder:
    """The folder. Safe to share between threads and processes.

    Args:
        path: the folder; it is made if it is missing.
        magic: what the first line of each file begins with: what the answers are, and their version.
        bounds: how much is kept.

    Raises:
        StorageError: `file.unwritable` or `file.folder-unsafe`.
    """

    def __init__(self, path: Path, magic: bytes, bounds: Bounds) -> None:
        self._path = path
        self._magic = magic
        self._bounds = bounds
        self._lock = Lock()
        self._count = self._size = 0
        self._uncounted: int | None = None
        files.make_folder(path, 0o700)
        with self._opened():
            pass

    def read(self, key: str) -> bytes | None:
        """The answer that is kept under a key, or None.

        Args:
            key: 64 hexadecimal digits.

        Raises:
            StorageError: `file.folder-unsafe` or `file.unreadable`.
        """
        with self._opened() as folder:
            try:
                file = os.open(key, os.O_RDONLY | os.O_NONBLOCK | _NOFOLLOW, dir_fd=folder)
            except FileNotFoundError:
                return None
            except OSError:
                found = None
            else:
                found = self._body(file, key)
            if found is None:
                _remove(folder, key)
            return found

    def remove(self, key: str) -> None:
        """Forget the answer under a key.

        Args:
            key: 64 hexadecimal digits.

        Raises:
            StorageError: `file.folder-unsafe`.
        """
        with self._opened() as folder:
            _remove(folder, key)

    def keep(self, key: str, body: bytes) -> None:
        """Keep an answer under a key. One that is too large is left out.

        Args:
            key: 64 hexadecimal digits.
            body: to be kept.

        Raises:
            StorageError: `file.folder-unsafe` or `file.unwritable`.
        """
        content = b"%s %s %s\n%s" % (self._magic, key.encode(), sha256(body).hexdigest().encode(), body)
        if len(content) > self._bounds.entry:
            return
        with self._opened() as folder:
            temporary = f".{os.urandom(12).hex()}"
            try:
                file = os.open(
                    temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, 0o600, dir_fd=folder
                )
                with open(file, "wb") as out:  # noqa: PTH123  # a descriptor
                    out.write(content)
                os.replace(temporary, key, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError as error:
                _remove(folder, temporary)
                raise files.unwritable(self._path / key, error) from None
            self._account(folder, len(content))

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """A descriptor of the folder, which is known to be safe."""
        try:
            folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | _NOFOLLOW)
        except FileNotFoundError:
            raise self._unsafe("it is not there any more") from None
        except OSError as error:  # of a symbolic link, "not a directory" or "too many links"
            problem = "it is a symbolic link" if self._path.is_symlink() else error.strerror
            raise self._unsafe(str(problem)) from None
        try:
            status = os.fstat(folder)
            if status.st_uid != os.geteuid():
                raise self._unsafe("it belongs to another user")
            if status.st_mode & _OTHERS_MAY_WRITE:
                raise self._unsafe(f"others may write to it (mode {stat.S_IMODE(status.st_mode):04o})")
            yield folder
        finally:
            os.close(folder)

    def _unsafe(self, problem: str) -> StorageError:
        return StorageError("file.folder-unsafe", folder=str(self._path), problem=problem)

    def _body(self, file: int, key: str) -> bytes | None:
        """The answer in an open file; None if it is not one that we wrote for this key."""
        try:
            status = os.fstat(file)
            ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
            if not ours or status.st_mode & _OTHERS_MAY_WRITE:
                return None
            with open(file, "rb", closefd=False) as source:
                content = source.read(self._bounds.entry + 1)
        finally:
            os.close(file)
        head, _, body = content.partition(b"\n")
        whole = head.split(b" ") == [self._magic, key.encode(), sha256(body).hexdigest().encode()]
        return body if whole else None

    def _account(self, folder: int, size: int) -> None:
        """Count a new file, and see to the bounds when it is time."""
        with self._lock:
            self._count += 1
            self._size += size
            if self._uncounted is not None:
                self._uncounted += 1
            beyond = self._count > self._bounds.entries or self._size > self._bounds.size
            if self._uncounted is None or self._uncounted >= self._bounds.counted_every or beyond:
                self._uncounted = 0
                self._count, self._size = _cleared(folder, self._bounds)


def _cleared(folder: int, bounds: Bounds) -> tuple[int, int]:
    """Remove what is too old, then the oldest beyond the bounds; gives number and bytes of what stays."""
    now = time.time()
    kept: list[_Entry] = []
    for entry in _entries(folder):
        temporary = _TEMPORARY.fullmatch(entry.name) is not None
        if now - entry.written > (_TEMPORARY_SECONDS if temporary else bounds.seconds):
            _remove(folder, entry.name)
        elif not temporary:
            kept.append(entry)
    size = sum(entry.size for entry in kept)
    if len(kept) > bounds.entries or size > bounds.size:
        kept.sort(key=lambda entry: entry.written, reverse=True)
        while kept and (len(kept) > bounds.entries * 9 // 10 or size > bounds.size * 9 // 10):
            oldest = kept.pop()
            size -= oldest.size
            _remove(folder, oldest.name)
    return len(kept), size


def _entries(folder: int) -> Iterator[_Entry]:
    """The files that are ours by their names; others are left alone."""
    with os.scandir(folder) as found:
        for one in found:
            if _KEY.fullmatch(one.name) or _TEMPORARY.fullmatch(one.name):
                with suppress(OSError):  # another process has just removed it
                    status = one.stat(follow_symlinks=False)
                    yield _Entry(one.name, status.st_size, status.st_mtime)


def _remove(folder: int, name: str) -> None:
    with suppress(OSError):
        os.unlink(name, dir_fd=folder)
