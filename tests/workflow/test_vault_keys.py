"""What is known of keys of vaults: asked once in a while, again where something was the matter."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sealwright.evidence import PublicKey, PublicKeyAnswer, Unavailable
from sealwright.homes.environment import Environment
from sealwright.repositories.registry import RegistryClient
from sealwright.transport.client import Transport
from sealwright.transport.retries import RetryPolicy
from sealwright.workflow.vault_keys import VaultKeys
from world import kms
from world.hostile_registry import HostileRegistry, Reply

EXPORT = f"GET /api/v1/keys/{kms.KEY}/export"
KEY = f"GET /api/v1/keys/{kms.KEY}"
SHOWN = {"id": kms.KEY, "name": "release", "vault": "v", "state": "ENABLED", "algorithm": "RSA"}


@pytest.fixture
def service() -> Iterator[HostileRegistry]:
    with HostileRegistry() as running:
        running.on(KEY, Reply(200, json.dumps(SHOWN).encode()))
        running.on(EXPORT, Reply(200, kms.exported()))
        yield running


@pytest.fixture
def client() -> Iterator[RegistryClient]:
    transport = Transport(environment={}, retries=RetryPolicy(tries=1, shortest=0.001, longest=0.01))
    yield RegistryClient(transport)
    transport.close()


def keys(client: RegistryClient, folder: Path, *files: Path, service: str = "") -> VaultKeys:
    variables = {"SEALWRIGHT_VAULT": service} if service else {}
    return VaultKeys(Environment(variables, folder), lambda: client, files)


def test_a_key_is_asked_for_once_in_a_while(
    service: HostileRegistry, client: RegistryClient, tmp_path: Path
) -> None:
    known = keys(client, tmp_path)
    need = PublicKey(kms.KEY, "", service.address)
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: known(need), range(16)))
    (answer,) = answers
    assert isinstance(answer, PublicKeyAnswer)
    assert (kms.KEY, "ENABLED", None) == (answer.id, answer.state, answer.as_of)
    assert [KEY, EXPORT] == service.lines


UNWELL = (
    kms.exported(state="DISABLED"),
    kms.exported(blocked=True),
    kms.exported((kms.VERSION, 1, "DELETED")),
)


@pytest.mark.parametrize("content", UNWELL)
def test_a_key_that_is_not_well_is_asked_for_each_time(
    service: HostileRegistry, client: RegistryClient, tmp_path: Path, content: bytes
) -> None:
    service.on(EXPORT, Reply(200, content), Reply(200, kms.exported()))
    known = keys(client, tmp_path, service=service.address)
    need = PublicKey(kms.KEY)
    first, second = known(need), known(need)
    assert isinstance(first, PublicKeyAnswer)
    assert isinstance(second, PublicKeyAnswer)
    assert first != second
    assert ("ENABLED", False) == (second.state, second.blocked)
    assert second == known(need)
    assert 2 == service.lines.count(EXPORT)


@pytest.mark.parametrize(
    ("reply", "code", "retryable"),
    [
        (Reply(500), "registry.service-refused", True),
        (Reply(200, b"{}"), "kms.export-malformed", False),
        (Reply(200, kms.exported(id=kms.OTHER_KEY)), "authenticity.kms-key-unknown", False),
        (Reply(404), "registry.service-absent", True),
    ],
)
def test_a_service_that_tells_nothing_good_leaves_the_question_open(
    service: HostileRegistry,
    client: RegistryClient,
    tmp_path: Path,
    reply: Reply,
    code: str,
    *,
    retryable: bool,
) -> None:
    service.on(EXPORT, reply, Reply(200, kms.exported()))
    known = keys(client, tmp_path, service=service.address)
    answer = known(PublicKey(kms.KEY))
    assert isinstance(answer, Unavailable)
    assert retryable == answer.retryable
    assert code == answer.reason
    assert isinstance(known(PublicKey(kms.KEY)), PublicKeyAnswer)


def test_nobody_is_asked_where_no_service_is_named(client: RegistryClient, tmp_path: Path) -> None:
    answer = keys(client, tmp_path)(PublicKey("release"))
    assert isinstance(answer, Unavailable)
    assert "authenticity.kms-no-service" == answer.reason


def test_with_exported_keys_nobody_is_asked(
    service: HostileRegistry, client: RegistryClient, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(kms.exported())
    known = keys(client, tmp_path, file, service=service.address)
    assert isinstance(known(PublicKey("release")), PublicKeyAnswer)
    missing = known(PublicKey("other"))
    assert isinstance(missing, Unavailable)
    assert ("authenticity.kms-key-unknown", str(file)) == (missing.reason, missing.data["place"])
    assert [] == service.lines


def test_a_file_that_cannot_be_read_leaves_the_question_open(client: RegistryClient, tmp_path: Path) -> None:
    answer = keys(client, tmp_path, tmp_path / "absent.json")(PublicKey("release"))
    assert isinstance(answer, Unavailable)
    assert "file.absent" == answer.reason
