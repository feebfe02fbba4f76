# ruff: noqa: S608  # names of tables and columns are our own
"""What somebody who writes to the database can do to the vaults: make them refuse, and nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from sealwright.errors import SealwrightError, StorageError, UsageError
from sealwright.service.configuration.vault import Vault as Settings
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Database, Storage
from sealwright.service.vault.records import KeyRecord, KeyShape, VaultRecord, VersionRecord
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import EVERYONE
from world.storages import Storages

pytestmark = pytest.mark.parametrize(
    "storage_kind", ["folder", pytest.param("postgres", marks=pytest.mark.peer("postgres"))]
)

MASTER = bytes(range(32))
P256 = KeyShape("ECDSA", 256)
TABLES: dict[Any, str] = {
    VaultRecord: "vaults",
    KeyRecord: "vault_keys",
    VersionRecord: "vault_key_versions",
}


class Scene:
    """Two vaults, the first with two keys, of which the first has two versions; all of it signs."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.vaults: Vaults
        self.restart()
        self.vault = self.vaults.create_vault(EVERYONE, "vault")
        self.other_vault = self.vaults.create_vault(EVERYONE, "other vault")
        made = self.vaults.create_key(EVERYONE, "vault", "key", P256)
        self.vaults.rotate(EVERYONE, made.id)
        self.other_key = self.vaults.create_key(EVERYONE, "vault", "other key", P256)
        self.foreign_key = self.vaults.create_key(EVERYONE, "other vault", "foreign key", P256)
        self.key = self.vaults.key(EVERYONE, made.id)
        self.version = self.vaults.version(EVERYONE, self.key.id)
        self.first = self.vaults.version(EVERYONE, self.key.id, 1)

    def restart(self) -> None:
        """A server that has seen nothing yet."""
        self.vaults = Vaults(self.database, Sealing(MASTER), None, Settings())

    def sign(self, version: str | int | None = None) -> bytes:
        return self.vaults.sign(EVERYONE, self.key.id, version, "ECDSA_SHA_256", b"message").signature

    def refusal(self, version: str | int | None = None) -> str:
        """Why nothing is signed."""
        with pytest.raises(SealwrightError) as caught:
            self.sign(version)
        return caught.value.code

    def edit(self, sql: str, **values: Any) -> None:
        with self.database.write() as transaction:
            assert 1 == transaction.run(sql, **values)

    def row(self, table: str, identifier: str) -> tuple[Any, ...]:
        found = self.database.row(f"SELECT * FROM {table} WHERE id = :id", id=identifier)
        assert found is not None
        return tuple(found)

    def put(self, kind: type[Any], row: tuple[Any, ...]) -> None:
        """Put an older copy of a row back."""
        names = [name for name in kind.__struct_fields__ if name != "id"]
        changes = ", ".join(f"{name} = :{name}" for name in names)
        values = dict(zip(kind.__struct_fields__, row, strict=True))
        self.edit(f"UPDATE {TABLES[kind]} SET {changes} WHERE id = :id", **values)

    def seal(self, identifier: str) -> bytes:
        return bytes(self.row("vault_seals", identifier)[1])

    def put_seal(self, identifier: str, sealed: bytes) -> None:
        self.edit("UPDATE vault_seals SET sealed = :sealed WHERE id = :id", id=identifier, sealed=sealed)


@pytest.fixture
def scene(storages: Storages, storage_kind: str) -> Iterator[Scene]:
    storage = Storage.open(storages.settings(storage_kind))
    made = Scene(storage.database)
    made.sign()
    yield made
    storage.close()


@pytest.mark.parametrize("kind", list(TABLES), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("server", ["which knows them", "which is new"])
def test_no_column_can_be_changed(scene: Scene, kind: type[Any], server: str) -> None:
    records: dict[Any, Any] = {
        VaultRecord: scene.vault,
        KeyRecord: scene.key,
        VersionRecord: scene.version,
    }
    record = records[kind]
    before = scene.row(TABLES[kind], record.id)
    elsewhere = {"vault": scene.other_vault.id, "key": scene.other_key.id, "number": 99}
    elsewhere["current_version"] = scene.first.id
    for name in kind.__struct_fields__:
        if name in ("id", "current_version"):  # that of another row is another row; see below for the other
            continue
        value = getattr(record, name)
        changed = elsewhere.get(name, value + 1 if isinstance(value, int) else f"{value}x")
        scene.edit(f"UPDATE {TABLES[kind]} SET {name} = :value WHERE id = :id", value=changed, id=record.id)
        if server == "which is new":
            scene.restart()
        assert scene.refusal() in ("sealing.altered", "vault.unknown"), name
        scene.put(kind, before)
        scene.sign()


@pytest.mark.parametrize(
    ("name", "value"), [("state", "ENABLED"), ("blocked", 0), ("rules", ""), ("delete_at", 0)]
)
def test_what_keeps_a_key_from_signing_cannot_be_taken_off(scene: Scene, name: str, value: Any) -> None:
    scene.vaults.block_key(EVERYONE, scene.key.id)
    scene.vaults.schedule_key_deletion(EVERYONE, scene.key.id)
    record = scene.vaults.key(EVERYONE, scene.key.id)
    for each in ("state", "blocked", "rules", "delete_at"):
        if each == name and getattr(record, name) != value:
            scene.edit(f"UPDATE vault_keys SET {name} = :value WHERE id = :id", value=value, id=record.id)
            assert "sealing.altered" == scene.refusal()
    scene.edit(
        "UPDATE vault_keys SET state = 'ENABLED', blocked = 0, delete_at = 0, revision = :revision "
        "WHERE id = :id",
        id=record.id,
        revision=scene.key.revision,
    )
    assert "sealing.altered" == scene.refusal()
    scene.restart()
    assert "sealing.altered" == scene.refusal()


def test_an_older_version_cannot_be_made_the_current_one(scene: Scene) -> None:
    sql = "UPDATE vault_keys SET current_version = :version WHERE id = :id"
    for version in (scene.first.id, scene.other_key.current_version, scene.foreign_key.current_version):
        scene.edit(sql, version=version, id=scene.key.id)
        assert scene.refusal() in ("sealing.altered", "vault.unknown")


def test_no_seal_fits_another_row(scene: Scene) -> None:
    seals = {
        scene.vault.id: (scene.other_vault.id, scene.key.id),
        scene.key.id: (scene.other_key.id, scene.foreign_key.id, scene.vault.id, scene.version.id),
        scene.version.id: (
            scene.first.id,
            scene.other_key.current_version,
            scene.foreign_key.current_version,
            scene.key.id,
        ),
    }
    for identifier, others in seals.items():
        own = scene.seal(identifier)
        for other in others:
            scene.put_seal(identifier, scene.seal(other))
            assert "sealing.altered" == scene.refusal()
        for altered in (b"", own[:-1], own + b"\0", bytes([own[0] ^ 1]) + own[1:]):
            scene.put_seal(identifier, altered)
            assert "sealing.altered" == scene.refusal()
        scene.put_seal(identifier, own)
        scene.sign()
    with scene.database.write() as transaction:
        transaction.run("DELETE FROM vault_seals WHERE id = :id", id=scene.version.id)
    assert "sealing.altered" == scene.refusal()


CHANGES: dict[str, tuple[Any, Callable[[Scene], object], str]] = {
    "a key that was disabled": (
        KeyRecord,
        lambda scene: scene.vaults.disable_key(EVERYONE, scene.key.id),
        "vault.state",
    ),
    "a key that was blocked": (
        KeyRecord,
        lambda scene: scene.vaults.block_key(EVERYONE, scene.key.id),
        "vault.key-blocked",
    ),
    "a key that is to be deleted": (
        KeyRecord,
        lambda scene: scene.vaults.schedule_key_deletion(EVERYONE, scene.key.id),
        "vault.state",
    ),
    "a version that is to be deleted": (
        VersionRecord,
        lambda scene: scene.vaults.schedule_version_deletion(EVERYONE, scene.key.id, 1),
        "vault.state",
    ),
    "a vault that is to be deleted": (
        VaultRecord,
        lambda scene: scene.vaults.schedule_vault_deletion(EVERYONE, scene.vault.id),
        "vault.state",
    ),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_an_older_copy_of_one_row_undoes_nothing(scene: Scene, change: str) -> None:
    kind, deed, reason = CHANGES[change]
    record: Any = {VaultRecord: scene.vault, KeyRecord: scene.key, VersionRecord: scene.first}[kind]
    scene.sign(1)
    row, sealed = scene.row(TABLES[kind], record.id), scene.seal(record.id)
    deed(scene)
    assert reason == scene.refusal(1)
    newer_row, newer_seal = scene.row(TABLES[kind], record.id), scene.seal(record.id)

    scene.put(kind, row)
    assert "sealing.altered" == scene.refusal(1)
    scene.restart()
    assert "sealing.altered" == scene.refusal(1)
    scene.put(kind, newer_row)
    scene.put_seal(record.id, sealed)
    assert "sealing.altered" == scene.refusal(1)
    scene.put_seal(record.id, newer_seal)
    assert reason == scene.refusal(1)

    # both together are what the service wrote: only a server that has seen the newer ones knows better
    scene.put(kind, row)
    scene.put_seal(record.id, sealed)
    assert "sealing.altered" == scene.refusal(1)
    scene.restart()
    scene.sign(1)


def test_a_version_cannot_be_moved_to_another_key(scene: Scene) -> None:
    scene.vaults.disable_key(EVERYONE, scene.key.id)
    scene.edit(
        "UPDATE vault_key_versions SET key = :key, number = 7 WHERE id = :id",
        key=scene.other_key.id,
        id=scene.version.id,
    )
    for which in (7, scene.version.id):
        with pytest.raises(StorageError, match="was not written by this service"):
            scene.vaults.sign(EVERYONE, scene.other_key.id, which, "ECDSA_SHA_256", b"message")


def test_a_key_cannot_be_moved_to_another_vault(scene: Scene) -> None:
    scene.vaults.schedule_vault_deletion(EVERYONE, scene.vault.id)
    sql = "UPDATE vault_keys SET vault = :vault, name = 'moved' WHERE id = :id"
    scene.edit(sql, vault=scene.other_vault.id, id=scene.key.id)
    assert "sealing.altered" == scene.refusal()


def test_a_foreign_public_key_is_never_believed(scene: Scene) -> None:
    pem = scene.vaults.version(EVERYONE, scene.other_key.id).public_key
    scene.edit("UPDATE vault_key_versions SET public_key = :pem WHERE id = :id", pem=pem, id=scene.version.id)
    signature = scene.vaults.sign(EVERYONE, scene.other_key.id, None, "ECDSA_SHA_256", b"m").signature
    for ask in (
        lambda: scene.vaults.verify(EVERYONE, scene.key.id, None, "ECDSA_SHA_256", b"m", signature),
        lambda: scene.vaults.export(EVERYONE, scene.key.id),
        lambda: scene.vaults.versions(EVERYONE, scene.key.id),
        lambda: scene.vaults.version(EVERYONE, scene.key.id),
    ):
        with pytest.raises(StorageError, match="vault key version"):
            ask()


def test_a_key_that_was_written_by_hand_is_none(scene: Scene) -> None:
    made = msgspec.structs.asdict(scene.other_key) | {"id": "ocid1.key.x.y.z." + "a" * 60, "name": "by hand"}
    names = ", ".join(made)
    with scene.database.write() as transaction:
        transaction.run(f"INSERT INTO vault_keys ({names}) VALUES (:{names.replace(', ', ', :')})", **made)
        transaction.run(
            "INSERT INTO vault_seals (id, sealed) VALUES (:id, :sealed)",
            id=made["id"],
            sealed=scene.seal(scene.other_key.id),
        )
    with pytest.raises(StorageError):
        scene.vaults.key(EVERYONE, made["id"])
    with pytest.raises(StorageError):
        scene.vaults.sign(EVERYONE, made["id"], None, "ECDSA_SHA_256", b"m")


def test_what_was_altered_is_in_the_audit_log(scene: Scene) -> None:
    scene.edit("UPDATE vault_keys SET blocked = 1 WHERE id = :id", id=scene.key.id)
    assert "sealing.altered" == scene.refusal()
    row = scene.database.row("SELECT subject, detail FROM audit WHERE action = 'vault-key.sign-refused'")
    assert row is not None
    assert scene.key.id == row[0]
    assert '"reason":"sealing.altered"' in row[1]
    assert scene.key.id in row[1]


def test_another_master_key_opens_nothing(scene: Scene) -> None:
    scene.vaults = Vaults(scene.database, Sealing(bytes(32)), None, Settings())
    assert "sealing.altered" == scene.refusal()


def due(scene: Scene, kind: type[Any], identifier: str) -> None:
    """Let the deletion of something be due, as the service itself would have it written once it is."""
    vaults = scene.vaults
    if kind is VersionRecord:
        version = vaults._open_version(scene.database, scene.key.id, identifier)
        assert version is not None
        record: Any = msgspec.structs.replace(version.record, delete_at=1)
        sealed = version.resealed(record)
    elif kind is KeyRecord:
        key = vaults._open_key(scene.database, identifier)
        assert key is not None
        record = msgspec.structs.replace(key.record, delete_at=1)
        sealed = key.resealed(record)
    else:
        vault = vaults._open_vault(scene.database, identifier)
        assert vault is not None
        record = msgspec.structs.replace(vault.record, delete_at=1)
        sealed = vault.resealed(Sealing(MASTER), record)
    scene.put(kind, msgspec.structs.astuple(record))
    scene.put_seal(identifier, sealed)


def material(scene: Scene, which: str | int | None) -> bytes:
    found = scene.vaults._open_version(scene.database, scene.key.id, which)
    assert found is not None
    return found.material()


@pytest.mark.parametrize("by", ["chore", "use"])
def test_a_key_that_is_due_is_destroyed(scene: Scene, by: str) -> None:
    scene.vaults.schedule_key_deletion(EVERYONE, scene.key.id)
    assert 0 == scene.vaults.tend()
    due(scene, KeyRecord, scene.key.id)
    older = scene.seal(scene.version.id)
    assert "DELETED" == scene.vaults.key(EVERYONE, scene.key.id).state
    assert b"" != material(scene, None)
    if by == "chore":
        assert 1 == scene.vaults.tend()
    assert "vault.state" == scene.refusal()
    assert b"" == material(scene, None)
    assert b"" == material(scene, 1)
    assert {"DELETED"} == {one.state for one in scene.vaults.export(EVERYONE, scene.key.id).versions}
    assert scene.version.public_key == scene.vaults.version(EVERYONE, scene.key.id).public_key
    with pytest.raises(UsageError, match="is DELETED"):
        scene.vaults.cancel_key_deletion(EVERYONE, scene.key.id)
    scene.put_seal(scene.version.id, older)  # what the old secret had sealed opens no more
    assert "sealing.altered" == scene.refusal()


def test_a_version_that_is_due_is_destroyed_alone(scene: Scene) -> None:
    scene.vaults.schedule_version_deletion(EVERYONE, scene.key.id, 1)
    due(scene, VersionRecord, scene.first.id)
    assert "vault.state" == scene.refusal(1)
    assert b"" == material(scene, 1)
    assert 0 == scene.vaults.tend()
    scene.sign()


def test_a_vault_that_is_due_takes_its_keys_along(scene: Scene) -> None:
    scene.vaults.wrapping_key(EVERYONE, scene.vault.id)
    scene.vaults.schedule_vault_deletion(EVERYONE, scene.vault.id)
    assert "PENDING_DELETION" == scene.vaults.key(EVERYONE, scene.key.id).state
    due(scene, VaultRecord, scene.vault.id)
    assert "DELETED" == scene.vaults.key(EVERYONE, scene.key.id).state
    assert 3 == scene.vaults.tend()
    assert "vault.state" == scene.refusal()
    assert b"" == material(scene, None)
    assert "DELETED" == scene.vaults.vault(EVERYONE, scene.vault.id).state
    assert None is scene.database.row("SELECT 1 FROM vault_wrapping_keys")
    scene.vaults.sign(EVERYONE, scene.foreign_key.id, None, "ECDSA_SHA_256", b"m")
    scene.vaults.create_vault(EVERYONE, "vault")  # its name is free again
