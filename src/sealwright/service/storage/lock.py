"""One server per folder, held by a lock that the system drops when the process ends, however it ends."""

import fcntl
import os
from pathlib import Path
from typing import Self

from sealwright.errors import CallerError, StorageError

__all__ = ["FolderLock"]


class FolderLock:
    """An exclusive lock on `folder/lock`. The file stays; what counts is the lock on it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path) -> Self:
        """Lock a folder that exists.

        Raises:
            CallerError: `service.folder-in-use`.
            StorageError: `service.folder-unusable`.
        """
        try:
            descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageError(
                "service.folder-unusable", folder=str(folder), problem=error.strerror or str(error)
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise CallerError("service.folder-in-use", folder=str(folder)) from None
        return cls(descriptor)

    def release(self) -> None:
        """Let the folder go."""
        os.close(self._descriptor)
