"""One writer at a time for the files of a folder, among the programs that ask here."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.homes import files

__all__ = ["locked"]

_PAUSE = 0.02


@contextmanager
def locked(folder: Path, seconds: float = limits.LOCK_SECONDS) -> Iterator[None]:
    """Keep others out while files of a folder are read, changed and written again.

    The lock ends with its process, and nothing is left in the folder.

    Args:
        folder: made if it is missing.
        seconds: how long others are waited for.

    Raises:
        StorageError: `file.unwritable`, `file.locked`.
    """
    files.make_folder(folder)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise files.unwritable(folder, error) from None
    try:
        _wait(descriptor, folder, seconds)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, folder: Path, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StorageError("file.locked", folder=str(folder), seconds=f"{seconds:g}") from None
            time.sleep(_PAUSE)
        else:
            return
