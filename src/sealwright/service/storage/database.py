"""The database: what both kinds offer, and how one is opened.

SQLite in the folder is the default; PostgreSQL holds the rows where several servers share them. SQL is
written once for both: named parameters `:name`, `ON CONFLICT`, identifiers made by us, times as integer
microseconds since 1970 in UTC, JSON as text that is never queried. What they call differently stands in
`WORDS` of each; migrations name these words in braces.

Writers of one repository wait for each other from the moment they have asked for it (`queries.repositories`
of the registry): in SQLite because there is one writer, in PostgreSQL because its row is locked. What is
locked after it is at most one blob, so no two can wait for each other.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sealwright.service.storage import schema

__all__ = ["Database", "Row", "Rows", "Transaction", "Value", "now"]

Value = str | int | bytes | None
Row = tuple[Any, ...]
Rows = Sequence[Row]


def now() -> int:
    """Microseconds since 1970, in UTC: how times are stored."""
    return time.time_ns() // 1000


class Transaction(Protocol):
    """What can be done with the database inside `Database.write`."""

    def run(self, sql: str, **values: Value) -> int:
        """Run a statement and give the number of rows that it changed."""

    def run_each(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Run a statement once for every row of values."""

    def rows(self, sql: str, **values: Value) -> Rows:
        """Every row that a query gives, seeing what this transaction has written."""

    def row(self, sql: str, **values: Value) -> Row | None:
        """The first row that a query gives."""

    def each(self, sql: str, **values: Value) -> Iterator[Row]:
        """The rows that a query gives, read as they are asked for."""


class Database(ABC):
    """One database.

    Attributes:
        place: where it is, as told to users; never with a password.
        near: whether it is read in this process, in microseconds.
        words: what it calls the things that databases call differently.
    """

    place: str
    near: bool
    words: Mapping[str, str]

    @abstractmethod
    def write(self) -> AbstractContextManager[Transaction]:
        """One transaction: all of it or, if the block raises, none. When the block is left it is on the disk.

        Raises:
            StorageError: `service.storage-failed`.
        """

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Transaction]:
        """For reading only: every query sees the rows as they were when the first one was asked.

        Raises:
            StorageError: `service.storage-failed`.
        """

    @abstractmethod
    def rows(self, sql: str, **values: Value) -> Rows:
        """Every row that a query gives.

        Raises:
            StorageError: `service.storage-failed`.
        """

    @abstractmethod
    def row(self, sql: str, **values: Value) -> Row | None:
        """The first row that a query gives; raises as `rows` does."""

    def each(self, sql: str, **values: Value) -> Iterator[Row]:
        """The rows that a query gives, read as they are asked for where that costs less."""
        yield from self.rows(sql, **values)

    @abstractmethod
    def close(self) -> None:
        """Close every connection. No other thread may be using the database."""

    def migrate(self) -> tuple[str, ...]:
        """Run the migrations that the database lacks, and give their names.

        Raises:
            CallerError: `service.folder-newer`: a newer program, or a changed one, was here before.
            StorageError: `service.storage-failed`.
        """
        with self.write() as transaction:
            return schema.migrate(transaction, self.words, now(), self.place)

    def lacking(self) -> tuple[str, ...]:
        """The names of the migrations that `migrate` would run; raises as it does."""
        with self.snapshot() as transaction:
            return tuple(migration.name for migration in schema.lacking(transaction, self.words, self.place))
