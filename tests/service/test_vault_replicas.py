"""One vault, used by many at once: by threads of one server, and by two servers that share a database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright.errors import UsageError
from sealwright.formats.kms.algorithms import ALGORITHMS, verifies
from sealwright.service.configuration.vault import Vault as Settings
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Database, open_database
from sealwright.service.vault.records import KeyShape
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import EVERYONE
from world.storages import Storages

pytestmark = pytest.mark.parametrize(
    "storage_kind", ["folder", pytest.param("postgres", marks=pytest.mark.peer("postgres"))]
)

ALGORITHM = "ECDSA_SHA_256"
P256 = KeyShape("ECDSA", 256)


@pytest.fixture
def databases(storages: Storages, storage_kind: str) -> Iterator[tuple[Database, Database]]:
    """Two connections to one database: of two servers on PostgreSQL, of one on a folder."""
    settings = storages.settings(storage_kind)
    first = open_database(settings)
    first.migrate()
    second = open_database(settings) if storage_kind == "postgres" else first
    yield first, second
    first.close()
    if second is not first:
        second.close()


def test_two_servers_use_one_key_at_once(databases: tuple[Database, Database]) -> None:
    one, other = (Vaults(each, Sealing(bytes(32)), None, Settings()) for each in databases)
    one.create_vault(EVERYONE, "v")
    key = one.create_key(EVERYONE, "v", "k", P256).id

    def use(number: int) -> tuple[str, bytes, bytes]:
        vaults = (one, other)[number % 2]
        if number % 10 == 9:
            vaults.rotate(EVERYONE, key)
        message = b"message %d" % number
        made = vaults.sign(EVERYONE, key, None, ALGORITHM, message)
        return made.version_id, message, made.signature

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(use, range(80)))
    exported = other.export(EVERYONE, key)
    assert list(range(1, 10)) == [one.number for one in exported.versions]
    assert exported.versions[-1].id == exported.key.current_version
    public = {one.id: load_pem_public_key(one.public_key.encode()) for one in exported.versions}
    for version, message, signature in made:
        assert verifies(public[version], ALGORITHMS[ALGORITHM], message, signature)
    rows = databases[0].rows("SELECT detail FROM audit WHERE action = 'vault-key.sign'")
    assert 80 == len(rows)


def test_what_one_server_forbids_the_other_refuses_at_once(databases: tuple[Database, Database]) -> None:
    one, other = (Vaults(each, Sealing(bytes(32)), None, Settings()) for each in databases)
    one.create_vault(EVERYONE, "v")
    key = one.create_key(EVERYONE, "v", "k", P256).id
    for _ in range(3):
        other.sign(EVERYONE, key, None, ALGORITHM, b"message")
        one.disable_key(EVERYONE, key)
        with pytest.raises(UsageError, match="is DISABLED"):
            other.sign(EVERYONE, key, None, ALGORITHM, b"message")
        one.enable_key(EVERYONE, key)


def test_changes_of_one_key_wait_for_each_other(databases: tuple[Database, Database]) -> None:
    vaults = [Vaults(each, Sealing(bytes(32)), None, Settings()) for each in databases]
    vaults[0].create_vault(EVERYONE, "v")
    key = vaults[0].create_key(EVERYONE, "v", "k", P256).id

    def change(number: int) -> None:
        vaults[number % 2].update_key(EVERYONE, key, f"name-{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(change, range(40)))
    assert 41 == vaults[1].key(EVERYONE, key).revision
    vaults[0].sign(EVERYONE, key, None, ALGORITHM, b"message")
