"""Vaults whose root key, or whose keys, are on a real token."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright.formats.kms.algorithms import ALGORITHMS, verifies
from sealwright.keys.pkcs11.kept import KeptKeys
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.vault import Vault
from sealwright.service.sealing.roots.tokens import passphrases_of
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Storage
from sealwright.service.vault.queries import rows
from sealwright.service.vault.records import KeyShape
from sealwright.service.vault.tokens import Token
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import EVERYONE
from world.registry import Registry
from world.tokens import PIN, SoftHsm
from world.vaults import VaultWire
from world.wire import Wire

pytestmark = [pytest.mark.peer("softhsm2-util"), pytest.mark.peer("pkcs11-tool")]

MESSAGE = b"what is signed"


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    """A token `service`, and a file `pin`."""
    made = SoftHsm(tmp_path / "hsm")
    made.add("service")
    (tmp_path / "pin").write_text(f"{PIN}\n")
    for name, value in made.variables.items():
        monkeypatch.setenv(name, value)
    return made


def on(folder: Path, vault: Vault) -> Configuration:
    plain = Configuration.on(folder / "registry")
    return msgspec.structs.replace(plain, vault=msgspec.structs.replace(vault, pin_file=str(folder / "pin")))


@pytest.fixture(params=["rsa:2048", "AES:32"])
def root(request: pytest.FixtureRequest, hsm: SoftHsm) -> str:
    """The URI of a key of each kind that a root key may come from."""
    words = ("--key-type", request.param, "--label", "root", "--id", "0a")
    if request.param.startswith("rsa"):
        hsm.tool("service", "--keypairgen", *words, "--usage-decrypt")
    else:
        hsm.tool("service", "--keygen", *words)
    return "pkcs11:token=service;object=root"


def test_a_root_key_comes_from_a_token_at_each_start(tmp_path: Path, hsm: SoftHsm, root: str) -> None:
    settings = on(tmp_path, Vault(root="pkcs11", root_key=root))
    with Registry(settings) as registry:
        vaults = VaultWire(Wire(registry.address))
        vaults.vault("v")
        key = vaults.key("v", "k")["id"]
        vaults.sign(key, "ECDSA_SHA_256", MESSAGE)
    assert not (tmp_path / "registry" / "root.key").exists()
    with Registry(settings) as registry:
        VaultWire(Wire(registry.address)).sign(key, "ECDSA_SHA_256", MESSAGE)
    other = "--keypairgen", "--key-type", "rsa:2048", "--usage-decrypt", "--label", "other", "--id", "0b"
    hsm.tool("service", *other)
    wrong = on(tmp_path, Vault(root="pkcs11", root_key="pkcs11:token=service;object=other"))
    with Registry(wrong) as registry:
        refused = VaultWire(Wire(registry.address)).sign_refused(key, "ECDSA_SHA_256", MESSAGE)
        assert 503 == refused[0], refused


def test_a_pin_that_was_refused_is_not_tried_again(tmp_path: Path, hsm: SoftHsm, root: str) -> None:
    (tmp_path / "pin").write_text("0000\n")
    with Registry(on(tmp_path, Vault(root="pkcs11", root_key=root))) as registry:
        vaults = VaultWire(Wire(registry.address))
        for _ in range(5):
            assert (503, "vault.root-unusable") == vaults.refused("POST", "vaults", {"name": "v"})
        (tmp_path / "pin").write_text(f"{PIN}\n")
    with Registry(on(tmp_path, Vault(root="pkcs11", root_key=root))) as registry:
        VaultWire(Wire(registry.address)).vault("v")


@pytest.fixture
def vaults(tmp_path: Path, hsm: SoftHsm) -> Iterator[VaultWire]:
    with Registry(on(tmp_path, Vault(token="pkcs11:token=service"))) as registry:
        made = VaultWire(Wire(registry.address))
        made.vault("v")
        yield made


@pytest.mark.parametrize(("algorithm", "bits"), [("RSA", 2048), ("ECDSA", 256), ("ECDSA", 384)])
def test_keys_are_made_and_sign_on_the_token(
    vaults: VaultWire, hsm: SoftHsm, algorithm: str, bits: int
) -> None:
    key = vaults.key("v", "k", algorithm, bits)
    assert "HSM" == key["protection"]
    pem = vaults.told("GET", f"keys/{key['id']}/versions/1")["publicKey"]
    public = load_pem_public_key(pem.encode())
    for name, one in ALGORITHMS.items():
        if one.family != algorithm:
            continue
        made = vaults.sign(key["id"], name, MESSAGE)
        assert verifies(public, one, MESSAGE, base64.b64decode(made["signature"]))
        digest = hashlib.new(one.hash_name, MESSAGE).digest()
        made = vaults.sign(key["id"], name, digest, digested=True)
        assert verifies(public, one, MESSAGE, base64.b64decode(made["signature"]))
    shown = hsm.tool("service", "--list-objects", "--type", "privkey")
    assert "sealwright k" in shown
    assert "never extractable" in shown


def test_each_version_is_a_key_of_its_own_on_the_token(vaults: VaultWire, hsm: SoftHsm) -> None:
    key = vaults.key("v", "k")
    vaults.told("POST", f"keys/{key['id']}/versions", {})
    vaults.key("v", "kept here", protection="SOFTWARE")
    shown = hsm.tool("service", "--list-objects", "--type", "privkey")
    assert 2 == shown.count("sealwright k")
    for number in (1, 2):
        pem = vaults.told("GET", f"keys/{key['id']}/versions/{number}")["publicKey"]
        made = vaults.sign(key["id"], "ECDSA_SHA_256", MESSAGE, version=number)
        assert verifies(
            load_pem_public_key(pem.encode()),
            ALGORITHMS["ECDSA_SHA_256"],
            MESSAGE,
            base64.b64decode(made["signature"]),
        )


def test_a_key_that_is_deleted_is_destroyed_on_the_token(tmp_path: Path, hsm: SoftHsm) -> None:
    storage = Storage.open(Configuration.on(tmp_path / "registry").storage)
    token = Token(KeptKeys("pkcs11:token=service", passphrases_of(str(tmp_path / "pin"))))
    try:
        vaults = Vaults(storage.database, Sealing(bytes(32)), None, Vault(), token)
        vaults.create_vault(EVERYONE, "v")
        gone, kept = (vaults.create_key(EVERYONE, "v", name, KeyShape("ECDSA", 256)).id for name in "ab")
        vaults.rotate(EVERYONE, gone)
        vaults.schedule_key_deletion(EVERYONE, gone)
        opened = vaults._open_key(storage.database, gone)
        assert opened is not None
        due = msgspec.structs.replace(opened.record, delete_at=1)
        with storage.database.write() as transaction:
            rows.change(transaction, due, opened.resealed(due))
        assert 3 == hsm.tool("service", "--list-objects", "--type", "privkey").count("sealwright ")
        assert 1 == vaults.tend()
        shown = hsm.tool("service", "--list-objects")
        assert 2 == shown.count("sealwright b")  # a private and a public key
        assert 0 == shown.count("sealwright a")
        vaults.sign(EVERYONE, kept, None, "ECDSA_SHA_256", MESSAGE)
    finally:
        token.close()
        storage.close()


def test_a_service_without_a_token_makes_no_such_keys(tmp_path: Path) -> None:
    with Registry(tmp_path / "registry") as registry:
        vaults = VaultWire(Wire(registry.address))
        vaults.vault("v")
        order = {"name": "k", "algorithm": "ECDSA", "bits": 256, "protection": "HSM"}
        assert (400, "vault.no-token") == vaults.refused("POST", "vaults/v/keys", order)
