"""Where the root key comes from: made, had again, missing, wrong, changed."""

import stat
from pathlib import Path

import msgspec
import pytest

from sealwright.errors import SealwrightError
from sealwright.service.checking import problems
from sealwright.service.configuration import Configuration, load
from sealwright.service.configuration.vault import Vault
from sealwright.service.sealing.roots.opening import rooted
from sealwright.service.storage import Storage, Transaction, backup
from world.registry import Registry
from world.storages import Storages
from world.vaults import VaultWire
from world.wire import Wire

MESSAGE = b"what is signed"


def with_vault(folder: Path, **settings: object) -> Configuration:
    return msgspec.structs.replace(Configuration.on(folder / "registry"), vault=Vault(**settings))  # type: ignore[arg-type]


class Service:
    """A service that is started anew for each thing that it is asked; one key is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ""

    def make(self, **settings: object) -> None:
        with Registry(with_vault(self.folder, **settings)) as registry:
            vaults = VaultWire(Wire(registry.address))
            vaults.vault("v")
            self.key = vaults.key("v", "k")["id"]
            vaults.sign(self.key, "ECDSA_SHA_256", MESSAGE)

    def sign(self, **settings: object) -> None:
        with Registry(with_vault(self.folder, **settings)) as registry:
            VaultWire(Wire(registry.address)).sign(self.key, "ECDSA_SHA_256", MESSAGE)

    def refused(self, **settings: object) -> tuple[int, str]:
        with Registry(with_vault(self.folder, **settings)) as registry:
            wire = Wire(registry.address)
            assert 200 == wire.ask("GET", "/v2/").status  # the registry goes on without it
            return VaultWire(wire).sign_refused(self.key, "ECDSA_SHA_256", MESSAGE)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def secret(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(f"{text}\n")
    return str(file)


def test_by_default_a_file_is_made_that_only_its_owner_reads(service: Service) -> None:
    file = service.folder / "registry" / "root.key"
    with Registry(with_vault(service.folder)) as registry:
        assert [] == VaultWire(Wire(registry.address)).told("GET", "vaults")["items"]
        assert not file.exists()  # who keeps no keys has none
    service.make()
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert file.read_bytes().startswith(b"sealwright root key 1\n")
    assert [] == list(file.parent.glob(".root*"))
    service.sign()


def test_without_the_file_nothing_is_signed_and_no_other_is_made(service: Service) -> None:
    service.make()
    file = service.folder / "registry" / "root.key"
    content = file.read_bytes()
    file.unlink()
    assert (503, "vault.root-missing") == service.refused()
    assert not file.exists()
    file.write_bytes(content)
    file.chmod(0o640)
    assert (503, "vault.root-open") == service.refused()
    file.chmod(0o600)
    service.sign()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"sealwright root key 1\n",
        b"sealwright root key 1\nQUJD\n",
        b"sealwright root key 1\n%%\n",
        b"sealwright root key 1 sealed\n{}",
        b'sealwright root key 1 sealed\n{"scrypt":{"n":1073741824,"r":8,"p":1,"salt":""},"sealed":""}',
        b'sealwright root key 1 sealed\n{"scrypt":{"n":3,"r":8,"p":1,"salt":""},"sealed":""}',
        b"\xff" * 5000,
    ],
    ids=lambda content: str(content[:40]),
)
def test_a_file_that_is_none_of_ours_is_refused(service: Service, content: bytes) -> None:
    service.make()
    file = service.folder / "registry" / "root.key"
    file.write_bytes(content)
    passphrase = secret(service.folder, "passphrase", "any")
    assert (503, "vault.root-unusable") == service.refused(passphrase_file=passphrase)


def test_a_file_of_another_service_is_the_wrong_one(service: Service, tmp_path: Path) -> None:
    service.make()
    other = Service(tmp_path / "other")
    other.make()
    key = tmp_path / "other" / "registry" / "root.key"
    assert (503, "vault.root-wrong") == service.refused(root_file=str(key))


def test_a_file_may_be_sealed_by_a_passphrase(service: Service) -> None:
    right = secret(service.folder, "right", "correct horse")
    service.make(passphrase_file=right)
    file = service.folder / "registry" / "root.key"
    assert file.read_bytes().startswith(b"sealwright root key 1 sealed\n")
    service.sign(passphrase="correct horse")
    assert (503, "vault.passphrase-wrong") == service.refused(passphrase="wrong horse")
    assert (503, "vault.passphrase-missing") == service.refused()


def test_a_root_key_may_come_from_a_passphrase_alone(service: Service) -> None:
    right = secret(service.folder, "right", "correct horse")
    service.make(root="passphrase", passphrase_file=right)
    assert not (service.folder / "registry" / "root.key").exists()
    service.sign(root="passphrase", passphrase="correct horse")
    assert (503, "vault.root-wrong") == service.refused(root="passphrase", passphrase="wrong horse")
    assert (503, "vault.passphrase-missing") == service.refused(root="passphrase")
    assert (503, "vault.root-kind") == service.refused()


def test_a_root_key_is_changed_with_the_former_one_beside_it(service: Service) -> None:
    service.make()
    old = str(service.folder / "registry" / "root.key")
    service.sign(root="passphrase", passphrase="new", former_root="file", former_root_file=old)
    Path(old).unlink()
    service.sign(root="passphrase", passphrase="new")
    newest = str(service.folder / "newest.key")
    service.sign(root_file=newest, former_root="passphrase", former_passphrase="new")
    service.sign(root_file=newest)
    assert (503, "vault.root-kind") == service.refused(root="passphrase", passphrase="new")
    with Registry(with_vault(service.folder, root_file=newest)) as registry:
        entries = VaultWire(Wire(registry.address)).told("GET", "audit?action=root.change")["entries"]
    assert ["file", "passphrase"] == [one["detail"]["kind"] for one in entries]


def test_a_former_root_key_that_is_wrong_changes_nothing(service: Service) -> None:
    service.make()
    new = {"root": "passphrase", "passphrase": "new"}
    wrong = {"former_root": "passphrase", "former_passphrase": "wrong"}
    assert (503, "vault.root-kind") == service.refused(**new, **wrong)
    service.sign()


@pytest.mark.peer("postgres")
def test_a_service_without_a_folder_wants_to_be_told(storages: Storages) -> None:
    settings = msgspec.structs.replace(storages.settings("postgres"), folder="")
    storage = Storage.open(storages.settings("postgres"))
    try:
        configuration = Configuration(storage=settings)
        with pytest.raises(SealwrightError) as caught:
            rooted(storage.database, configuration, quiet).mark("anything", b"")
        assert "vault.no-root" == caught.value.code
    finally:
        storage.close()


def quiet(_transaction: Transaction, _action: str, _kind: str) -> None:
    """Note nothing."""


@pytest.mark.parametrize(
    "storage_kind", ["folder", pytest.param("postgres", marks=pytest.mark.peer("postgres"))]
)
def test_servers_that_start_together_have_one_master_key(storages: Storages, storage_kind: str) -> None:
    settings = storages.settings(storage_kind)
    storage = Storage.open(settings)
    try:
        configuration = Configuration(storage=settings)
        sealings = [rooted(storage.database, configuration, quiet) for _ in range(3)]
        marks = {one.mark("purpose", b"content") for one in sealings}
        assert 1 == len(marks)
        assert marks == {rooted(storage.database, configuration, quiet).mark("purpose", b"content")}
    finally:
        storage.close()


def test_the_row_cannot_be_altered(service: Service) -> None:
    service.make(root="passphrase", passphrase="right")
    configuration = with_vault(service.folder, root="passphrase", passphrase="right")
    row = "SELECT parameters, wrapped FROM sealing_master"
    for change in (
        'parameters = \'{"n":131072,"r":8,"p":1,"salt":"AAAA"}\'',
        'parameters = \'{"n":1073741824,"r":1024,"p":1,"salt":""}\'',
        "parameters = '{'",
        "parameters = '{}'",
        "wrapped = x'00'",
        "kind = 'file'",
    ):
        storage = Storage.open(configuration.storage)
        before = storage.database.row(row)
        assert before is not None
        with storage.database.write() as transaction:
            transaction.run(f"UPDATE sealing_master SET {change}")  # noqa: S608  # one of the above
        storage.close()
        status, reason = service.refused(root="passphrase", passphrase="right")
        assert 503 == status
        assert reason in ("vault.root-wrong", "vault.root-unusable", "vault.root-kind")
        storage = Storage.open(configuration.storage)
        with storage.database.write() as transaction:
            transaction.run(
                "UPDATE sealing_master SET kind = 'passphrase', parameters = :parameters, wrapped = :wrapped",
                parameters=before[0],
                wrapped=before[1],
            )
        storage.close()
    service.sign(root="passphrase", passphrase="right")


def test_a_backup_opens_with_the_root_key_that_is_not_in_it(service: Service, tmp_path: Path) -> None:
    service.make()
    storage = Storage.open(Configuration.on(tmp_path / "registry").storage)
    backup.save(storage, tmp_path / "backup")
    storage.close()
    restored = Service(tmp_path / "restored")
    restored.key = service.key
    storage = Storage.open(Configuration.on(tmp_path / "restored" / "registry").storage)
    backup.restore(storage, tmp_path / "backup")
    storage.close()
    assert (503, "vault.root-missing") == restored.refused()
    (tmp_path / "restored/registry/root.key").write_bytes((tmp_path / "registry/root.key").read_bytes())
    (tmp_path / "restored/registry/root.key").chmod(0o600)
    restored.sign()


def test_passphrases_are_never_shown() -> None:
    vault = Vault(passphrase="hush", former_root="passphrase", former_passphrase="hush")
    assert "hush" not in f"{vault!r} {vault.now!r} {vault.former!r} {Configuration(vault=vault)!r}"


def test_a_passphrase_may_be_in_the_environment(tmp_path: Path) -> None:
    file = secret(tmp_path, "passphrase", "in a file")
    found = load(
        None, {"SEALWRIGHT_SERVE_VAULT_ROOT": "passphrase", "SEALWRIGHT_SERVE_VAULT_PASSPHRASE": "p"}
    )
    assert ("passphrase", "p") == (found.vault.root, found.vault.passphrase)
    found = load(None, {"SEALWRIGHT_SERVE_VAULT_PASSPHRASE_FILE": file})
    assert file == found.vault.passphrase_file


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, None),
        ({"root": "passphrase"}, "vault.passphrase-missing"),
        ({"root": "pkcs11"}, "vault.root-unusable"),
        ({"root_file": "/no/such/folder/root.key"}, "file.unwritable"),
    ],
)
def test_the_settings_can_be_checked_without_a_change(
    tmp_path: Path, settings: dict[str, str], expected: str | None
) -> None:
    told: list[str] = []
    found = problems(with_vault(tmp_path, **settings), told.append)
    assert ([expected] if expected else []) == [
        one.code for one in found if not one.code.startswith("service")
    ]
    assert not (tmp_path / "registry").exists()


def test_a_root_key_that_is_wrong_is_found_by_the_check(service: Service) -> None:
    service.make()
    told: list[str] = []
    assert [] == problems(with_vault(service.folder), told.append)
    assert any(line.startswith("vault: ") for line in told)
    wrong = problems(with_vault(service.folder, root="passphrase", passphrase="x"), told.append)
    assert ["vault.root-kind"] == [one.code for one in wrong]
