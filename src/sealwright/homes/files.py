"""Files read with a bound, and written so that a crash leaves the old or the new one, never half of it."""

import os
import stat
from pathlib import Path

from sealwright.errors import StorageError

__all__ = ["PRIVATE", "PUBLIC", "make_folder", "read", "read_optional", "sync_folder", "unwritable", "write"]

PRIVATE = 0o600
PUBLIC = 0o644


def read(path: Path, limit: int) -> bytes:
    """All bytes of a regular file.

    Args:
        path: symbolic links are followed.
        limit: the most bytes that are read.

    Raises:
        StorageError: `file.absent`, `file.not-regular`, `file.too-large`, `file.unreadable`.
    """
    content = read_optional(path, limit)
    if content is None:
        raise StorageError("file.absent", file=str(path))
    return content


def read_optional(path: Path, limit: int) -> bytes | None:
    """The same, but None if there is no such file."""
    try:
        with open(path, "rb", opener=_at_once) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise StorageError("file.not-regular", file=str(path))
            if status.st_size > limit:
                raise StorageError("file.too-large", file=str(path), limit=limit)
            return file.read(limit)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last: a NUL, which no name can hold
        return None
    except IsADirectoryError:
        raise StorageError("file.not-regular", file=str(path)) from None
    except OSError as error:
        raise StorageError("file.unreadable", file=str(path), problem=error.strerror or str(error)) from None


def _at_once(path: str, flags: int) -> int:
    """Open a file; a pipe that stands in its place is not waited for."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def write(path: Path, content: bytes, mode: int = PUBLIC, *, replace: bool = True) -> None:
    """Put a file in place at once: temporary file, fsync, rename, fsync of the folder.

    Args:
        path: the file; its folder is made if it is missing. A symbolic link there is replaced, not followed.
        content: all of its bytes.
        mode: its permissions; `PRIVATE` for anything secret.
        replace: whatever stands there; otherwise it stays as it is, and that is an error.

    Raises:
        StorageError: `file.unwritable`, `file.exists`.
    """
    make_folder(path.parent, 0o700 if mode == PRIVATE else 0o755)
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123  # a descriptor
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            temporary.replace(path)
        else:
            path.hardlink_to(temporary)
            temporary.unlink()
        sync_folder(path.parent)
    except FileExistsError:
        temporary.unlink(missing_ok=True)
        raise StorageError("file.exists", file=str(path)) from None
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise unwritable(path, error) from None


def make_folder(path: Path, mode: int = 0o755) -> None:
    """Make a folder and those above it, each with that mode, unless they are there.

    Raises:
        StorageError: `file.unwritable`.
    """
    try:
        for folder in (*reversed(path.parents), path):
            if not folder.is_dir():
                folder.mkdir(mode, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> StorageError:
    """The error that says that `path` cannot be written, and why."""
    return StorageError("file.unwritable", file=str(path), problem=error.strerror or str(error))


def sync_folder(path: Path) -> None:
    """Flush the names in a folder to the disk.

    Raises:
        OSError: the folder cannot be opened, or its disk fails.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
