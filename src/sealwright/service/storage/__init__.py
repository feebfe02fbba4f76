"""Where the service keeps what it was given: blobs as files, everything else in one database.

Acknowledged means durable. A blob is written to a temporary file, hashed on the way, flushed to the disk,
renamed to its place, and its folder flushed; only then does the database speak of it, and only when that
write is on the disk too is the client told. Whatever a crash leaves half done is a file that no row names.

    folder/
      lock                     held by the one server that writes here
      sealwright.db            SQLite, with its -wal and -shm beside it
      blobs/sha256/ab/abcd…    content, named by its digest
      uploads/…                content that is still arriving
"""

from pathlib import Path
from typing import Self

from sealwright.errors import StorageError
from sealwright.service.storage.blobs import BlobFolder
from sealwright.service.storage.database import Database, Row, Rows, Transaction, now
from sealwright.service.storage.lock import FolderLock

__all__ = ["BlobFolder", "Database", "FolderLock", "Row", "Rows", "Storage", "Transaction", "now"]


class Storage:
    """The blobs and the database of one folder, which this process alone may write."""

    def __init__(self, lock: FolderLock, database: Database, blobs: BlobFolder) -> None:
        self._lock = lock
        self.database = database
        self.blobs = blobs

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Take a folder, making it if it is not there, and bring its database up to date.

        Raises:
            CallerError: `service.folder-in-use` if another server holds it, `service.folder-newer` if a
                newer version of the program wrote it.
            StorageError: `service.folder-unusable`.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FolderLock.take(folder)
        except OSError as error:
            raise StorageError(
                "service.folder-unusable", folder=str(folder), problem=error.strerror or str(error)
            ) from None
        try:
            blobs = BlobFolder(folder)
            database = Database.open(folder / "sealwright.db")
        except BaseException:
            lock.release()
            raise
        return cls(lock, database, blobs)

    def close(self) -> None:
        """Close the database and let the folder go."""
        self.database.close()
        self._lock.release()
