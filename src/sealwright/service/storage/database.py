"""The database: SQLite in WAL mode, one writer, one read connection per thread.

SQL is written once for SQLite and PostgreSQL: named parameters `:name`, `ON CONFLICT`, identifiers made
by us, times as integer microseconds since 1970 in UTC, JSON as text that is never queried. The words that
differ stand in `WORDS`; migrations name them in braces.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sealwright.errors import StorageError
from sealwright.service.storage import schema

__all__ = ["WORDS", "Database", "Row", "Rows", "Transaction", "now"]

Value = str | int | bytes | None
Row = tuple[Any, ...]
Rows = Sequence[Row]

WORDS = {
    "name": "sqlite",
    "bytes": "BLOB",
    "byte_order": "BINARY",  # the collation that compares text byte by byte
    "identity": "INTEGER PRIMARY KEY",
}
"""What SQLite calls the things that databases call differently."""

_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit returns when it is on the disk
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
)
_BEGIN_WRITE = "BEGIN IMMEDIATE"


def now() -> int:
    """Microseconds since 1970, in UTC: how times are stored."""
    return time.time_ns() // 1000


class Transaction:
    """What can be done with the database inside `Database.write`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, sql: str, **values: Value) -> int:
        """Run a statement and give the number of rows that it changed."""
        return self._connection.execute(sql, values).rowcount

    def run_each(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Run a statement once for every row of values."""
        self._connection.executemany(sql, rows)

    def rows(self, sql: str, **values: Value) -> Rows:
        """Every row that a query gives, seeing what this transaction has written."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, **values: Value) -> Row | None:
        """The first row that a query gives."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row


class Database:
    """One database. Reading never waits for writing; writes wait for each other."""

    near = True
    """Whether it is read in this process, in microseconds."""

    def __init__(self, path: Path, writer: sqlite3.Connection) -> None:
        self._path = path
        self._writer = writer
        self._writing = threading.Lock()
        self._readers: list[sqlite3.Connection] = []
        self._reader = threading.local()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the database at `path`, make it if need be, and run the migrations that it lacks.

        Raises:
            CallerError: `service.folder-newer`.
            StorageError: `service.folder-unusable`.
        """
        try:
            writer = _connect(path)
        except sqlite3.Error as error:
            raise StorageError(
                "service.folder-unusable", folder=str(path.parent), problem=str(error)
            ) from None
        database = cls(path, writer)
        try:
            with database.write() as transaction:
                schema.migrate(transaction, WORDS, now(), str(path.parent))
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction: all of it or, if the block raises, none. When the block is left it is on the disk.

        Raises:
            StorageError: `service.storage-failed`.
        """
        with self._writing:
            try:
                self._writer.execute(_BEGIN_WRITE)
                yield Transaction(self._writer)
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
