"""A copy of everything, in a folder of plain files, from one kind of storage to be put into any.

    folder/
      backup.json             which program and migrations wrote it, how many rows there are; written last
      tables/NAME.jsonl       a row a line: an object from column to value, bytes as {"base64": …}
      blobs/sha256/ab/abcd…   content, named by its digest

The rows are those of one moment; content that they speak of is copied after it, and garbage collection
leaves it alone for longer than that takes. A backup into a folder that holds an older one copies only the
content that is new. It is whole when `backup.json` is there.
"""

import base64
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import CallerError, StorageError
from sealwright.service.storage import Row, Storage, Transaction, Value, schema
from sealwright.service.storage.folder import BlobFolder
from sealwright.service.storage.names import flush_folder
from sealwright.version import __version__

__all__ = ["Backup", "restore", "save"]

_FORMAT = 1
_PAGE = 1000
_SKIPPED = frozenset({"uploads", "upload_parts", "chores"})
"""What is under way on the servers that run now is of no use to others."""

_EMPTY = ("repositories", "blobs", "audit", "verifications")
"""Where these hold nothing, nothing was ever done: what rows there are, the migrations made."""

_TABLES = {
    "sqlite": """
        SELECT name FROM sqlite_master
        WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'
        ORDER BY rowid
    """,
    "postgresql": """
        SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> 'migrations'
        ORDER BY oid
    """,
}
"""The tables in the order in which they were made: each after those that it refers to."""
_COLUMNS = {
    "sqlite": "SELECT name, pk > 0 FROM pragma_table_info(:name) ORDER BY cid",
    "postgresql": """
        SELECT attname, EXISTS (
          SELECT 1 FROM pg_index
          WHERE indrelid = attrelid AND indisprimary AND attnum = ANY (indkey)
        )
        FROM pg_attribute WHERE attrelid = :name::regclass AND attnum > 0 AND NOT attisdropped
        ORDER BY attnum
    """,
}
_SEQUENCE = """
    SELECT 1 FROM pg_attribute
    WHERE attrelid = :name::regclass AND attname = 'id' AND attidentity <> ''
"""
_ADVANCE = """
    SELECT setval(
      pg_get_serial_sequence(:name, 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM {name}), false
    )
"""


class Backup(msgspec.Struct, frozen=True):
    """`backup.json`."""

    format: int
    program: str
    migrations: tuple[str, ...]
    rows: dict[str, int]
    blobs: int


def save(storage: Storage, folder: Path, tell: Callable[[str], None] = lambda _line: None) -> Backup:
    """Write a backup.

    Args:
        storage: of what.
        folder: where; made if it is not there. An older backup in it is replaced.
        tell: hears what is being copied.

    Raises:
        StorageError: `service.backup-failed`, `service.storage-failed`.
    """
    try:
        tables = folder / "tables"
        (folder / "backup.json").unlink(missing_ok=True)
        shutil.rmtree(tables, ignore_errors=True)
        tables.mkdir(parents=True, mode=0o700)
        counts: dict[str, int] = {}
        with storage.database.snapshot() as transaction:
            for name in _tables(transaction, storage):
                tell(f"table {name}")
                counts[name] = _write_table(transaction, storage, name, tables / f"{name}.jsonl")
        kept = BlobFolder(folder)
        blobs = 0
        for digest in _digests(tables / "blobs.jsonl"):
            blobs += 1
            if kept.size(digest) is None and storage.blobs.size(digest) is not None:
                tell(f"blob {digest}")
                kept.put(digest, storage.blobs.pieces(digest))
        shutil.rmtree(folder / "uploads")
        backup = Backup(_FORMAT, __version__, _names(), counts, blobs)
        _write_durably(folder / "backup.json", msgspec.json.format(msgspec.json.encode(backup)))
    except OSError as error:
        raise StorageError(
            "service.backup-failed", folder=str(folder), problem=error.strerror or str(error)
        ) from error
    return backup


def restore(storage: Storage, folder: Path, tell: Callable[[str], None] = lambda _line: None) -> Backup:
    """Put a backup into a storage that holds nothing yet.

    Args:
        storage: where; its database has every migration that the backup has.
        folder: of the backup.
        tell: hears what is being put there.

    Raises:
        CallerError: `service.backup-unusable`, `service.restore-not-empty`.
        StorageError: `service.backup-failed`, `service.storage-failed`.
    """
    try:
        backup = msgspec.json.decode((folder / "backup.json").read_bytes(), type=Backup)
    except FileNotFoundError:
        raise CallerError(
            "service.backup-unusable", folder=str(folder), problem="backup.json is not there"
        ) from None
    except msgspec.DecodeError as error:
        raise CallerError("service.backup-unusable", folder=str(folder), problem=str(error)) from None
    except OSError as error:
        raise StorageError(
            "service.backup-failed", folder=str(folder), problem=error.strerror or str(error)
        ) from None
    if backup.format != _FORMAT or backup.migrations != _names():
        raise CallerError(
            "service.backup-unusable", folder=str(folder), problem=f"it was made by version {backup.program}"
        )
    kept = BlobFolder(folder)
    try:
        for digest in _digests(folder / "tables" / "blobs.jsonl"):
            size = kept.size(digest)
            if size is not None and storage.blobs.size(digest) != size:
                tell(f"blob {digest}")
                storage.blobs.put(digest, kept.pieces(digest))
        with storage.database.write() as transaction:
            tables = _tables(transaction, storage)
            _make_room(transaction, tables)
            for name in tables:
                tell(f"table {name}")
                _read_table(transaction, storage, name, folder / "tables" / f"{name}.jsonl")
    finally:
        shutil.rmtree(folder / "uploads", ignore_errors=True)
    return backup


def _make_room(transaction: Transaction, tables: list[str]) -> None:
    """Remove what rows the migrations made.

    Raises:
        CallerError: `service.restore-not-empty`.
    """
    for name in _EMPTY:
        if transaction.row(f"SELECT 1 FROM {name} LIMIT 1") is not None:  # noqa: S608  # a constant
            raise CallerError("service.restore-not-empty", table=name)
    for name in reversed(tables):
        if name not in _EMPTY:
            transaction.run(f"DELETE FROM {name}")  # noqa: S608  # named by the schema


def _names() -> tuple[str, ...]:
    return tuple(migration.name for migration in schema.migrations())


def _tables(transaction: Transaction, storage: Storage) -> list[str]:
    rows = transaction.rows(_TABLES[storage.database.words["name"]])
    return [row[0] for row in rows if row[0] not in _SKIPPED]


def _columns(transaction: Transaction, storage: Storage, table: str) -> tuple[list[str], list[str]]:
    """The columns of a table, and those of its primary key."""
    rows = transaction.rows(_COLUMNS[storage.database.words["name"]], name=table)
    return [row[0] for row in rows], [row[0] for row in rows if row[1]]


def _write_table(transaction: Transaction, storage: Storage, table: str, path: Path) -> int:
    """Write the rows of a table, page by page; gives how many there are."""
    columns, key = _columns(transaction, storage, table)
    sql = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(key)}"  # noqa: S608  # named by the schema
    count = 0
    with path.open("xb") as file:
        for row in transaction.each(sql):
            file.write(msgspec.json.encode(dict(zip(columns, map(_told, row), strict=True))) + b"\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def _read_table(transaction: Transaction, storage: Storage, table: str, path: Path) -> None:
    columns, _ = _columns(transaction, storage, table)
    names, places = ", ".join(columns), ", ".join(f":{column}" for column in columns)
    sql = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608  # named by the schema
    rows: list[Mapping[str, Value]] = []
    for line in _lines(path):
        rows.append({column: _meant(line.get(column)) for column in columns})
        if len(rows) == _PAGE:
            transaction.run_each(sql, rows)
            rows = []
    if rows:
        transaction.run_each(sql, rows)
    if storage.database.words["name"] == "postgresql" and transaction.row(_SEQUENCE, name=table):
        transaction.rows(_ADVANCE.format(name=table), name=table)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open("rb") as file:
        while line := file.readline(limits.BACKUP_LINE_BYTES):
            yield msgspec.json.decode(line, type=dict[str, object])


def _digests(path: Path) -> Iterator[Digest]:
    for line in _lines(path):
        yield Digest.parse(str(line["digest"]))


def _told(value: Row | object) -> object:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _meant(value: object) -> Value:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"], validate=True)
    assert value is None or isinstance(value, str | int)  # noqa: S101  # what `_told` writes
    return value


def _write_durably(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    flush_folder(path.parent)
