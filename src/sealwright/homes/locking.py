"""One writer at a time for the files of a folder, among the programs that ask here."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sealwright.homes import files

__all__ = ["locked"]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others out while files of a folder are read, changed and written again.

    Whoever is first is waited for: changes take milliseconds, and the lock ends with its process. Nothing is
    left in the folder.

    Args:
        folder: made if it is missing.

    Raises:
        StorageError: `file.unwritable`.
    """
    files.make_folder(folder)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise files.unwritable(folder, error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
