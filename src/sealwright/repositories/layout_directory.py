"""Image layouts as folders (image-spec, image-layout.md): `oci-layout`, `index.json`, `blobs/<alg>/<hex>`.

Writing: content goes to a file of another name in the same folder, is flushed to the disk and then renamed,
so that a reader sees all or nothing, also after a crash. Whoever changes index.json holds an exclusive lock
(flock) on the file `oci-layout`, which is never replaced.
"""

import fcntl
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import StorageError
from sealwright.repositories.layout_index import LayoutIndex
from sealwright.repositories.layout_storage import LAYOUT_FILE, blob_name, failed, require_version

__all__ = ["LayoutDirectory", "lock", "open_regular", "replace_file"]

_POLL_SECONDS = 0.02


class LayoutDirectory:
    """The files of one layout.

    Args:
        path: of its folder.
        create: make it if there is nothing, or an empty folder.

    Raises:
        StorageError: `layout.not-a-layout`, `layout.version-unknown`, `layout.read-failed`,
            `layout.write-failed`.
    """

    def __init__(self, path: str, *, create: bool = False) -> None:
        self.path = path
        self._folder = Path(path)
        if create:
            self._create()
        try:
            with open_regular(self._folder / "oci-layout") as file:
                content = file.read(limits.CONFIG_FILE_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            raise StorageError("layout.not-a-layout", path=path) from None
        except OSError as error:
            raise failed("read", path, error) from None
        require_version(content, path)

    def _create(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            names = {file.name for file in self._folder.iterdir()}
            if names and "oci-layout" not in names:
                raise StorageError("layout.not-empty", path=self.path)
            if not names:
                (self._folder / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
                replace_file(self._folder / "index.json", [LayoutIndex.empty().content()])
                replace_file(self._folder / "oci-layout", [LAYOUT_FILE])
        except OSError as error:
            raise failed("write", self.path, error) from None

    def index(self) -> bytes:
        """The content of index.json.

        Raises:
            StorageError: `layout.read-failed`.
        """
        try:
            with open_regular(self._folder / "index.json") as file:
                return file.read(limits.LAYOUT_INDEX_BYTES + 1)
        except OSError as error:
            raise failed("read", f"{self.path}/index.json", error) from None

    def size(self, digest: Digest) -> int | None:
        """How many bytes the blob has; None if there is none."""
        try:
            found = (self._folder / blob_name(digest)).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise failed("read", self.path, error) from None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        """The bytes of a blob that is there, unchecked.

        Raises:
            StorageError: `layout.read-failed`.
        """
        try:
            with open_regular(self._folder / blob_name(digest)) as file:
                while piece := file.read(limits.BLOB_PIECE_BYTES):
                    yield piece
        except OSError as error:
            raise failed("read", f"{self.path}/{blob_name(digest)}", error) from None

    def put(self, digest: Digest, pieces: Iterable[bytes]) -> None:
        """Write a blob.

        Args:
            digest: of it.
            pieces: its bytes; whoever gives them checks them, and raises if they are wrong.

        Raises:
            StorageError: `layout.write-failed`.
        """
        target = self._folder / blob_name(digest)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, pieces)
        except OSError as error:
            raise failed("write", str(target), error) from None

    def remove(self, digest: Digest) -> None:
        """Remove a blob, if it is there.

        Raises:
            StorageError: `layout.write-failed`.
        """
        try:
            (self._folder / blob_name(digest)).unlink(missing_ok=True)
        except OSError as error:
            raise failed("write", self.path, error) from None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep other writers of the index out.

        Raises:
            StorageError: `layout.locked`, `layout.write-failed`.
        """
        try:
            descriptor = os.open(self._folder / "oci-layout", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise failed("write", self.path, error) from None
        try:
            lock(descriptor, self.path)
            yield
        finally:
            os.close(descriptor)

    def replace_index(self, content: bytes) -> None:
        """Write index.json. Call it while `writing`.

        Raises:
            StorageError: `layout.write-failed`.
        """
        try:
            replace_file(self._folder / "index.json", [content])
        except OSError as error:
            raise failed("write", f"{self.path}/index.json", error) from None

    def close(self) -> None:
        """Nothing is left to do: each write was complete."""


def replace_file(target: Path, pieces: Iterable[bytes]) -> None:
    """Put a file in place at once, so that a reader, or a crash, finds all of it or what was there before.

    Args:
        target: the file; its folder is there.
        pieces: its content; if they raise, nothing is changed.

    Raises:
        OSError: it cannot be written.
    """
    partial = target.with_name(f".partial-{os.urandom(8).hex()}")
    try:
        with open(partial, "xb", opener=_for_all) as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def lock(descriptor: int, path: str) -> None:
    """Lock an open file for one writer; closing it unlocks.

    Raises:
        StorageError: `layout.locked`: another writer did not finish within `limits.LAYOUT_LOCK_SECONDS`.
    """
    end = time.monotonic() + limits.LAYOUT_LOCK_SECONDS
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > end:
            raise StorageError("layout.locked", path=path, seconds=limits.LAYOUT_LOCK_SECONDS)
        time.sleep(_POLL_SECONDS)


def _for_all(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o666)


def open_regular(path: Path) -> FileIO:
    """Open a regular file; a pipe or device that stands in its place is refused, not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "it is not a regular file")
    return FileIO(descriptor)
