"""SQLite in WAL mode: one writer, one read connection per thread."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sealwright.errors import StorageError
from sealwright.service.storage.database import Database, Row, Rows, Value
from sealwright.service.storage.names import flush_folder

__all__ = ["SqliteDatabase"]

_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit returns when it is on the disk
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
)
_BEGIN_WRITE = "BEGIN IMMEDIATE"


class _Transaction:
    """Statements on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, sql: str, **values: Value) -> int:
        return self._connection.execute(sql, values).rowcount

    def run_each(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> None:
        self._connection.executemany(sql, rows)

    def rows(self, sql: str, **values: Value) -> Rows:
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, **values: Value) -> Row | None:
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def each(self, sql: str, **values: Value) -> Iterator[Row]:
        yield from self._connection.execute(sql, values)


class SqliteDatabase(Database):
    """A database in one file. Reading never waits for writing; writes wait for each other."""

    near = True
    words = {  # noqa: RUF012  # never changed
        "name": "sqlite",
        "bytes": "BLOB",
        "byte_order": "BINARY",  # the collation that compares text byte by byte
        "identity": "INTEGER PRIMARY KEY",
    }

    def __init__(self, path: Path, writer: sqlite3.Connection) -> None:
        self.place = str(path.parent)
        self._path = path
        self._writer = writer
        self._writing = threading.Lock()
        self._readers: list[sqlite3.Connection] = []
        self._reader = threading.local()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the database at `path`, making the file if need be.

        Raises:
            StorageError: `service.folder-unusable`.
        """
        try:
            writer = _connect(path)
        except sqlite3.Error as error:
            raise StorageError(
                "service.folder-unusable", folder=str(path.parent), problem=str(error)
            ) from None
        flush_folder(path.parent)
        return cls(path, writer)

    @contextmanager
    def write(self) -> Iterator[_Transaction]:
        """One transaction, on the one connection that writes."""
        with self._writing:
            try:
                self._writer.execute(_BEGIN_WRITE)
                yield _Transaction(self._writer)
                self._writer.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo()
                raise StorageError("service.storage-failed", problem=str(error)) from error
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[_Transaction]:
        """A read transaction on this thread's connection."""
        connection = self._reading()
        try:
            connection.execute("BEGIN")
            yield _Transaction(connection)
        except sqlite3.Error as error:
            raise StorageError("service.storage-failed", problem=str(error)) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def rows(self, sql: str, **values: Value) -> Rows:
        """Every row that a query gives."""
        return self._reading().execute(sql, values).fetchall()

    def each(self, sql: str, **values: Value) -> Iterator[Row]:
        """The rows that a query gives, read as they are asked for."""
        cursor = self._reading().execute(sql, values)
        try:
            yield from cursor
        finally:
            cursor.close()

    def row(self, sql: str, **values: Value) -> Row | None:
        """The first row that a query gives."""
        row: Row | None = self._reading().execute(sql, values).fetchone()
        return row

    def _reading(self) -> sqlite3.Connection:
        try:
            connection: sqlite3.Connection = self._reader.connection
        except AttributeError:
            connection = _connect(self._path)
            connection.execute("PRAGMA query_only = ON")
            self._reader.connection = connection
            self._readers.append(connection)
        return connection

    def close(self) -> None:
        """Close every connection. No other thread may be using the database."""
        for connection in (*self._readers, self._writer):
            connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    # threads keep to their own connection or to the lock, and `close` closes those of all threads
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for setting in _SETTINGS:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection
