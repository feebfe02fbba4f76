"""The tables, as numbered files that are run once each, in order.

`migrations/0001-registry.sql` is migration 1. What has run is kept in the table `migrations` with the
digest of the file, so that a file that was changed afterwards is noticed. All that is missing runs in one
transaction. A statement with `-- only: NAME` in the line above it is for the database of that name alone.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self

import msgspec

from sealwright.digest import Digest
from sealwright.errors import CallerError, InternalError

__all__ = ["Migration", "Statement", "migrate", "migrations"]

_FOLDER = Path(__file__).parent / "migrations"
_FILE_NAME = re.compile(r"([0-9]{4})-[a-z-]+\.sql")

_END = re.compile(r";\s*$", re.MULTILINE)
_COMMENT = re.compile(r"^--.*$", re.MULTILINE)
_ONLY = re.compile(r"^-- only: ([a-z]+)$", re.MULTILINE)

_TABLE = """
    CREATE TABLE IF NOT EXISTS migrations (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      digest TEXT NOT NULL,
      applied BIGINT NOT NULL
    )
"""
_THERE = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'",
    "postgresql": "SELECT 1 FROM pg_tables WHERE tablename = 'migrations' AND schemaname = current_schema()",
}
_APPLIED = "SELECT number, name, digest FROM migrations ORDER BY number"
_RECORD = "INSERT INTO migrations (number, name, digest, applied) VALUES (:number, :name, :digest, :applied)"


class Statement(msgspec.Struct, frozen=True):
    """SQL with the words of `WORDS` in braces; `only` names the one database that it is for, if it is."""

    sql: str
    only: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one statement with the comments before it."""
        match = _ONLY.search(text)
        return cls(_COMMENT.sub("", text).strip(), match[1] if match else "")


class Migration(msgspec.Struct, frozen=True):
    """One numbered file: its number, name, digest, and its statements in order."""

    number: int
    name: str
    digest: Digest
    statements: tuple[Statement, ...]


class _Transaction(Protocol):
    def run(self, sql: str, **values: str | int | bytes | None) -> int: ...

    def rows(self, sql: str, **values: str | int | bytes | None) -> Sequence[tuple[Any, ...]]: ...


def migrations(folder: Path = _FOLDER) -> tuple[Migration, ...]:
    """The migrations of a folder, in order. A statement ends with a semicolon at the end of a line."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise InternalError("internal.migration-unusable", name=path.name)
        content = path.read_bytes()
        statements = (Statement.parse(part) for part in _END.split(content.decode()))
        found.append(
            Migration(int(match[1]), path.stem, Digest.of(content), tuple(s for s in statements if s.sql))
        )
    return tuple(found)


def lacking(
    transaction: _Transaction, words: Mapping[str, str], place: str, known: Path = _FOLDER
) -> tuple[Migration, ...]:
    """The migrations that a database lacks, in order.

    Args:
        transaction: an open one.
        words: what the database calls the things that databases call differently.
        place: where the database is, for the message.
        known: the folder with the migrations.

    Raises:
        CallerError: `service.folder-newer`: a newer program, or a changed one, was here before.
    """
    applied = transaction.rows(_APPLIED) if transaction.rows(_THERE[words["name"]]) else ()
    wanted = migrations(known)
    if [(m.number, m.name, m.digest) for m in wanted[: len(applied)]] != [tuple(row) for row in applied]:
        raise CallerError("service.folder-newer", folder=place)
    return wanted[len(applied) :]


def migrate(
    transaction: _Transaction, words: Mapping[str, str], at: int, place: str, known: Path = _FOLDER
) -> tuple[str, ...]:
    """Run the migrations that a database lacks, and give their names.

    Args:
        transaction: an open one.
        words: what the database calls the things that databases call differently.
        at: the time to record, in microseconds since 1970.
        place: where the database is, for the message.
        known: the folder with the migrations.

    Raises:
        CallerError: `service.folder-newer`: a newer program, or a changed one, was here before.
    """
    transaction.run(_TABLE)
    wanted = lacking(transaction, words, place, known)
    for migration in wanted:
        for statement in migration.statements:
            if statement.only in ("", words["name"]):
                transaction.run(statement.sql.format_map(words))
        transaction.run(
            _RECORD, number=migration.number, name=migration.name, digest=migration.digest, applied=at
        )
    return tuple(migration.name for migration in wanted)
