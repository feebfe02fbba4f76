"""Keys that are to be trusted, from where they are named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.errors import KeyUnavailableError, MalformedContentError, NetworkError, SealwrightError
from sealwright.homes.environment import Environment
from sealwright.openpgp import keyrings
from sealwright.workflow import trust_keys
from world.hostile_registry import HostileRegistry, Reply
from world.openpgp_keys import Key
from world.registry import free_port

ALICE, BOB = (Key.rsa(f"{name} <{name.lower()}@example.com>") for name in ("Alice", "Bob"))
NOBODY = Environment({}, Path("/nowhere"))


@pytest.fixture
def server() -> Iterator[HostileRegistry]:
    with HostileRegistry() as running:
        running.on("GET /good", Reply(200, ALICE.public()))
        running.on("GET /endless", Reply(200, endless=b"x" * 65536))
        running.on("GET /secret", Reply(200, b"\x94\x04" + bytes(4)))
        running.on("GET /page", Reply(200, b"<html>"))
        running.on("GET /cut", Reply(200, ALICE.public()[:100], length=1000))
        yield running


def test_the_web_gives_a_key(server: HostileRegistry) -> None:
    assert ALICE.public() == trust_keys.from_web(NOBODY, f"http://{server.address}/good")


@pytest.mark.parametrize(
    ("path", "kind", "code"),
    [
        ("endless", KeyUnavailableError, "trust.key-too-large"),
        ("gone", KeyUnavailableError, "trust.key-url-unanswered"),
        ("page", KeyUnavailableError, "keyring.no-keys"),
        ("secret", MalformedContentError, "keyring.malformed"),
        ("cut", NetworkError, "network.body-cut-short"),
    ],
)
def test_whatever_else_the_web_gives_is_refused(
    path: str, kind: type[SealwrightError], code: str, server: HostileRegistry
) -> None:
    with pytest.raises(kind) as caught:
        trust_keys.from_web(NOBODY, f"http://{server.address}/{path}")
    assert code == caught.value.code


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(NetworkError):
        trust_keys.from_web(NOBODY, f"http://127.0.0.1:{free_port()}/key")


def test_files_are_joined_to_one_ring() -> None:
    ring = trust_keys.joined([ALICE.public(), BOB.public()])
    assert [ALICE.fingerprint, BOB.fingerprint] == [key.fingerprint for key in keyrings.read(ring)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("https://a/b", True), ("http://a", True), ("file", False), ("gpg:x", False), ("./a:b", False)],
)
def test_addresses_are_told_apart_from_names(name: str, expected: object) -> None:
    assert expected == trust_keys.is_url(name)
