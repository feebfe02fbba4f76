"""Where the service keeps what it was given: blobs in one place, everything else in one database.

Acknowledged means durable. A blob is in its place, and on the disk there, before the database speaks of it,
and only when that write is on the disk too is the client told. Whatever a crash leaves half done is content
that no row names.

By default all of it is one folder, which one server at a time may write:

    folder/
      lock                     held by the one server that writes here
      sealwright.db            SQLite, with its -wal and -shm beside it
      blobs/sha256/ab/abcd…    content, named by its digest
      uploads/…                content that is still arriving

The database may be PostgreSQL, and the blobs may be objects of an S3-compatible store. Where both are, any
number of servers share them, and none has a folder.
"""

from contextlib import suppress
from pathlib import Path
from typing import Self

from sealwright.errors import StorageError, UsageError
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.storage.blobs import BlobStore, Part, Pieces, Reading, Stored, Upload
from sealwright.service.storage.database import Database, Row, Rows, Transaction, Value, now
from sealwright.service.storage.lock import FolderLock
from sealwright.service.storage.names import make_folder

__all__ = [
    "BlobStore",
    "Database",
    "Part",
    "Pieces",
    "Reading",
    "Row",
    "Rows",
    "Storage",
    "Stored",
    "Transaction",
    "Upload",
    "Value",
    "now",
    "open_blobs",
    "open_database",
]


class Storage:
    """The blobs and the database of a service.

    Attributes:
        database: where everything but blobs is.
        blobs: where these are.
        shared: whether other servers may be using both.
    """

    def __init__(self, lock: FolderLock | None, database: Database, blobs: BlobStore) -> None:
        self._lock = lock
        self.database = database
        self.blobs = blobs
        self.shared = lock is None

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Take the storage that the settings name, and bring it up to date.

        Args:
            settings: of the file's table `storage`; a folder is made if it is not there.

        Raises:
            CallerError: `service.folder-in-use` if another server holds the folder, `service.folder-newer` if
                a newer version of the program wrote the database, `service.object-store-unknown`.
            StorageError: `service.folder-unusable`, `service.database-unreachable`.
            UsageError: `service.folder-missing`, `service.not-installed`.
        """
        lock = None
        if not settings.database or not settings.blobs:
            lock = FolderLock.take(_folder(settings))
        try:
            storage = cls._opened(lock, settings)
        except BaseException:
            _release(lock)
            raise
        try:
            storage.database.migrate()
        except BaseException:
            storage.close()
            raise
        return storage

    @classmethod
    def beside(cls, settings: Settings) -> Self:
        """Open the storage for another program than the server, which may be running.

        What it does there must be safe beside a server; the database is taken as it is. Raises as `open`.
        """
        return cls._opened(None, settings)

    @classmethod
    def _opened(cls, lock: FolderLock | None, settings: Settings) -> Self:
        try:
            blobs = open_blobs(settings)
        except OSError as error:
            raise StorageError(
                "service.folder-unusable", folder=settings.folder, problem=error.strerror or str(error)
            ) from None
        return cls(lock, open_database(settings), blobs)

    def close(self) -> None:
        """Close the database and let the folder go."""
        self.database.close()
        self.blobs.close()
        _release(self._lock)


def open_database(settings: Settings) -> Database:
    """Open the database alone: other programs may do so beside a server that runs.

    Raises:
        StorageError: `service.folder-unusable`, `service.database-unreachable`.
        UsageError: `service.folder-missing`, `service.not-installed`.
    """
    if settings.database:
        try:
            from sealwright.service.storage.postgres import PostgresDatabase  # noqa: PLC0415  # an extra
        except ModuleNotFoundError as error:
            raise _missing(error) from None
        return PostgresDatabase.open(settings.database)
    from sealwright.service.storage.sqlite import SqliteDatabase  # noqa: PLC0415  # the other one may be wanted

    return SqliteDatabase.open(_folder(settings) / "sealwright.db")


def open_blobs(settings: Settings) -> BlobStore:
    """Open the place of blobs alone.

    Raises:
        CallerError: `service.object-store-unknown`.
        StorageError: `service.folder-unusable`.
        UsageError: `service.folder-missing`, `service.extra-not-installed`.
    """
    if settings.blobs:
        try:
            from sealwright.service.storage.objects import ObjectBlobs  # noqa: PLC0415  # an extra
        except ModuleNotFoundError as error:
            raise _missing(error) from None
        return ObjectBlobs.at(settings.blobs, settings.options)
    from sealwright.service.storage.folder import BlobFolder  # noqa: PLC0415  # the other one may be wanted

    return BlobFolder(_folder(settings))


def _missing(error: ModuleNotFoundError) -> UsageError:
    extra = {"obstore": "objectstore"}.get((error.name or "").partition(".")[0], "postgres")
    return UsageError("service.extra-not-installed", module=error.name, extra=extra)


def _folder(settings: Settings) -> Path:
    """The folder, made if it is not there."""
    if not settings.folder:
        raise UsageError("service.folder-missing")
    folder = Path(settings.folder)
    try:
        make_folder(folder)
    except OSError as error:
        raise StorageError(
            "service.folder-unusable", folder=str(folder), problem=error.strerror or str(error)
        ) from None
    return folder


def _release(lock: FolderLock | None) -> None:
    if lock is not None:
        with suppress(OSError):
            lock.release()
