"""The storage below the service: all or nothing, in order, and a folder by one server at a time."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sealwright.errors import CallerError, InternalError, StorageError, UsageError
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.storage import Database, Storage, now, open_database, schema
from sealwright.service.storage.sqlite import SqliteDatabase
from world.storages import Storages

ADD = "INSERT INTO repositories (name, created) VALUES (:name, :at)"
NAMES = "SELECT name FROM repositories ORDER BY name"


def in_folder(folder: Path) -> Storage:
    return Storage.open(Settings(folder=str(folder)))


@pytest.fixture
def storage(storages: Storages, storage_kind: str) -> Iterator[Storage]:
    opened = Storage.open(storages.settings(storage_kind))
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Storage]:
    opened = in_folder(tmp_path / "deep" / "folder")
    yield opened
    opened.close()


def add(database: Database, *names: str) -> None:
    with database.write() as transaction:
        transaction.run_each(ADD, [{"name": name, "at": now()} for name in names])


def names(database: Database) -> list[str]:
    return [row[0] for row in database.rows(NAMES)]


def test_a_write_is_seen_when_it_is_done(storage: Storage) -> None:
    with storage.database.write() as transaction:
        transaction.run(ADD, name="a", at=now())
        assert [("a",)] == list(transaction.rows(NAMES))
        assert [] == names(storage.database)
    assert ["a"] == names(storage.database)


def test_a_write_that_fails_leaves_nothing(storage: Storage) -> None:
    def fail() -> None:
        with storage.database.write() as transaction:
            transaction.run(ADD, name="a", at=now())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with pytest.raises(StorageError) as caught:
        add(storage.database, "b", "b")
    assert "service.storage-failed" == caught.value.code
    assert "unique" in str(caught.value).lower()
    add(storage.database, "c")
    assert ["c"] == names(storage.database)


def test_names_are_ordered_by_their_bytes(storage: Storage) -> None:
    add(storage.database, "b", "B", "a", "_", "é", "aa")
    assert sorted(["b", "B", "a", "_", "é", "aa"]) == names(storage.database)


def test_many_threads_write_and_read(storage: Storage) -> None:
    seen = []

    def work(number: int) -> None:
        for at in range(20):
            add(storage.database, f"{number}/{at}")
            seen.append(f"{number}/{at}" in names(storage.database))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [True] * 120 == seen
    assert 120 == len(names(storage.database))


def test_a_reader_cannot_write(folder: Storage) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        folder.database.rows(ADD, name="a", at=0)


def test_a_commit_waits_for_the_disk(folder: Storage) -> None:
    with folder.database.write() as transaction:
        pass
    assert (2,) == folder.database.row("PRAGMA synchronous")
    assert ("wal",) == folder.database.row("PRAGMA journal_mode")
    with folder.database.write() as transaction:
        assert (2,) == transaction.row("PRAGMA synchronous")


def test_a_folder_has_one_server_at_a_time(folder: Storage, tmp_path: Path) -> None:
    with pytest.raises(CallerError) as caught:
        in_folder(tmp_path / "deep" / "folder")
    assert "service.folder-in-use" == caught.value.code
    assert str(tmp_path / "deep" / "folder") in str(caught.value)


def test_several_servers_share_what_is_in_no_folder(storages: Storages) -> None:
    pytest.importorskip("psycopg")
    settings = Settings(database="postgresql://nobody@127.0.0.1:1/none", blobs="s3://bucket")
    with pytest.raises(StorageError) as caught:
        Storage.open(settings)
    assert "service.database-unreachable" == caught.value.code
    assert "nobody" not in str(caught.value).partition(":1/none cannot")[0]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (Settings(), "service.folder-missing"),
        (Settings(database="postgresql://127.0.0.1/x"), "service.folder-missing"),
    ],
)
def test_a_folder_is_needed_unless_both_are_elsewhere(settings: Settings, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        Storage.open(settings)
    assert code == caught.value.code


@pytest.mark.parametrize(
    ("blobs", "options"),
    [("https://bucket", {}), ("s3://", {}), ("s3://bucket", {"no_such_option": "x"})],
)
def test_an_object_store_must_be_named_right(tmp_path: Path, blobs: str, options: dict[str, str]) -> None:
    for _ in range(2):
        with pytest.raises(CallerError) as caught:
            Storage.open(Settings(folder=str(tmp_path), blobs=blobs, options=options))
        assert "service.object-store-unknown" == caught.value.code


def test_the_database_alone_can_be_opened_beside_a_server(folder: Storage, tmp_path: Path) -> None:
    beside = open_database(Settings(folder=str(tmp_path / "deep" / "folder")))
    add(beside, "a")
    beside.close()
    assert ["a"] == names(folder.database)


def test_a_snapshot_does_not_move(storage: Storage) -> None:
    with storage.database.snapshot() as before:
        assert [] == list(before.rows(NAMES))
        add(storage.database, "a")
        assert [] == list(before.rows(NAMES))
    assert ["a"] == names(storage.database)


def test_a_folder_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        storage = in_folder(tmp_path)
        assert [] == names(storage.database)
        storage.close()


def test_a_folder_that_is_no_folder_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError) as caught:
        in_folder(tmp_path / "file")
    assert "service.folder-unusable" == caught.value.code


def test_a_database_that_is_none_cannot_be_used_and_the_folder_is_let_go(tmp_path: Path) -> None:
    (tmp_path / "sealwright.db").write_bytes(b"not a database" * 1000)
    for _ in range(2):
        with pytest.raises(StorageError) as caught:
            in_folder(tmp_path)
        assert "service.folder-unusable" == caught.value.code


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    in_folder(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "sealwright.db")) as database, database:
        database.execute("INSERT INTO migrations VALUES (9999, '9999-later', 'sha256:x', 0)")
    with pytest.raises(CallerError) as caught:
        in_folder(tmp_path)
    assert "service.folder-newer" == caught.value.code


def test_a_database_says_what_it_lacks(storages: Storages, storage_kind: str) -> None:
    settings = storages.settings(storage_kind)
    every = tuple(migration.name for migration in schema.migrations())
    database = open_database(settings)
    assert every == database.lacking()
    assert every == database.migrate()
    assert () == database.lacking()
    assert () == database.migrate()
    database.close()


def test_migrations_are_numbered_from_one_without_gaps() -> None:
    known = schema.migrations()
    assert list(range(1, len(known) + 1)) == [migration.number for migration in known]
    assert all(migration.statements for migration in known)


def migrate(database: Database, folder: Path) -> None:
    with database.write() as transaction:
        schema.migrate(transaction, SqliteDatabase.words, now(), "here", folder)


def test_a_migration_runs_once_and_all_of_them_or_none(tmp_path: Path) -> None:
    files = tmp_path / "migrations"
    files.mkdir()
    for path in sorted(Path(schema.__file__).with_name("migrations").glob("*.sql")):
        (files / path.name).write_bytes(path.read_bytes())
    storage = in_folder(tmp_path / "folder")
    try:
        number = len(schema.migrations()) + 1
        broken = files / f"{number + 1:04}-broken.sql"
        (files / f"{number:04}-things.sql").write_text(
            "-- a note; with a mark\nCREATE TABLE things (id {identity}, what {bytes});\n"
            "INSERT INTO things (what)\n  VALUES ('a;b');\n"
        )
        broken.write_text("CREATE TABLE others (id {identity});\nnonsense;\n")
        with pytest.raises(StorageError):
            migrate(storage.database, files)
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            storage.database.rows("SELECT * FROM things")
        broken.unlink()
        for _ in range(2):
            migrate(storage.database, files)
        assert [(1, "a;b")] == list(storage.database.rows("SELECT id, what FROM things"))
        (files / f"{number:04}-things.sql").write_text("-- changed\n")
        with pytest.raises(CallerError) as caught:
            migrate(storage.database, files)
        assert "service.folder-newer" == caught.value.code
        (files / "things.sql").write_text("")
        with pytest.raises(InternalError):
            migrate(storage.database, files)
    finally:
        storage.close()


def test_what_an_older_database_holds_outlives_its_migrations(storages: Storages, storage_kind: str) -> None:
    settings = storages.settings(storage_kind)
    folder = Path(schema.__file__).with_name("migrations")
    database = open_database(settings)
    digest = "sha256:" + 64 * "a"
    with database.write() as transaction:
        first = [m for m in schema.migrations(folder) if m.number == 1]
        for statement in first[0].statements:
            transaction.run(statement.sql.format_map(database.words))
        transaction.run(
            "CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT, digest TEXT, applied BIGINT)"
        )
        transaction.run(
            "INSERT INTO migrations VALUES (1, :name, :digest, 0)", name=first[0].name, digest=first[0].digest
        )
        transaction.run("INSERT INTO repositories (name, created) VALUES ('a', 1)")
        transaction.run("INSERT INTO blobs (digest, size, created) VALUES (:digest, 7, 2)", digest=digest)
        transaction.run("INSERT INTO repository_blobs VALUES (1, :digest, 3)", digest=digest)
        transaction.run(
            "INSERT INTO manifests (repository, digest, media_type, size, created, content)"
            " VALUES (1, :digest, 'm', 1, 4, :content)",
            digest=digest,
            content=b"x",
        )
        transaction.run("INSERT INTO manifest_references VALUES (1, :digest, :digest, 'blob')", digest=digest)
        transaction.run("INSERT INTO tags VALUES (1, 'v1', :digest, 5)", digest=digest)
    assert len(schema.migrations()) - 1 == len(database.migrate())
    assert ("a", 7, 1, 1) == database.row(
        "SELECT name, blob_bytes, manifest_count, tag_count FROM repositories"
    )
    assert (digest, 7, 2, 2) == database.row("SELECT digest, size, created, touched FROM blobs")
    assert (1, digest, 3, 3) == database.row("SELECT * FROM repository_blobs")
    assert (1, "v1", digest, 5) == database.row("SELECT repository, name, digest, updated FROM tags")
    assert (1, digest, digest, "blob") == database.row("SELECT * FROM manifest_references")
    assert (4,) == database.row("SELECT touched FROM manifests")
    database.close()
