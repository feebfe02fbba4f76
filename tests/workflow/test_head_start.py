"""A registry is connected to while the program loads: the one that will be asked, and nobody else."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sealwright.digest import Digest
from sealwright.errors import DocumentError, UsageError
from sealwright.homes.environment import Environment
from sealwright.interfaces import Policy
from sealwright.policy.notation import lowering
from sealwright.reference import Reference
from sealwright.repositories import hosts
from sealwright.transport.deadline import Deadline
from sealwright.transport.dialling import dialled
from sealwright.workflow import head_start
from world.home import Home, statement
from world.hostile_registry import HostileRegistry

DIGEST = Digest.of(b"an image")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "user")
    made.policy(statement())
    return made


@pytest.fixture
def registry() -> Iterator[HostileRegistry]:
    with HostileRegistry() as made:
        yield made


def policy_of(home: Home) -> Policy:
    return lowering.parse((home.notation / "trustpolicy.json").read_bytes(), "policy.json")


def begun(home: Home, name: str, plain_http: bool | None = None, **variables: str) -> int:  # noqa: FBT001  # three-valued
    environment = Environment({"HOME": str(home.folder), **variables}, home.folder)
    reference = Reference.parse(name)
    count = head_start.connect(reference, policy_of(home), environment, plain_http=plain_http)
    origin = hosts.usual(reference.domain, plain_http=plain_http)
    for _ in range(count):
        with suppress(OSError):  # some have no address
            dialled(origin.host, origin.port, Deadline(5)).close()
    return count


def settle(home: Home, content: str) -> None:
    (home.notation / "config.json").write_text(content)


def test_as_many_connections_are_begun_as_are_used_at_once(home: Home, registry: HostileRegistry) -> None:
    name = f"{registry.address}/net-monitor"
    assert 1 == begun(home, f"{name}:v1")
    assert 2 == begun(home, f"{name}@{DIGEST}")
    home.policy(statement(scopes=(name,), level="skip"))
    assert 1 == begun(home, f"{name}@{DIGEST}")
    home.policy(statement(scopes=("registry.example/other",)))
    assert 1 == begun(home, f"{name}@{DIGEST}")


def test_nobody_is_contacted_whom_the_command_might_not_contact_in_this_way(home: Home) -> None:
    name = f"registry.invalid/net-monitor@{DIGEST}"
    assert 2 == begun(home, name)
    for variables in (
        {"https_proxy": "http://proxy.invalid:1"},
        {"HTTPS_PROXY": "http://proxy.invalid:1"},
        {"SSL_CERT_FILE": "/nowhere"},
        {"SSL_CERT_DIR": "/nowhere"},
    ):
        assert 0 == begun(home, name, None, **variables)
    assert 0 == begun(home, name, plain_http=True, http_proxy="http://proxy.invalid:1")
    settle(home, '{"insecureRegistries": ["registry.invalid"]}')
    assert 0 == begun(home, name)
    assert 2 == begun(home, name, plain_http=True)  # notation's rules settle the scheme


def test_settings_that_cannot_be_used_end_it(home: Home) -> None:
    settle(home, "{")
    with pytest.raises(DocumentError):
        begun(home, f"registry.invalid/net-monitor@{DIGEST}")


def test_a_proxy_that_cannot_be_used_ends_it(home: Home) -> None:
    with pytest.raises(UsageError):
        begun(home, "registry.invalid/net-monitor:v1", None, https_proxy="socks5://proxy.invalid")


@pytest.mark.parametrize("program", [(), ("notation",)], ids=["seal", "notation"])
def test_the_policy_is_read_before_anybody_is_contacted(
    home: Home, registry: HostileRegistry, program: tuple[str, ...]
) -> None:
    image = f"{registry.address.replace('127.0.0.1', 'localhost')}/net-monitor@{DIGEST}"
    command = (*program, "verify", image)
    (home.notation / "trustpolicy.json").write_text("{}")
    assert 0 != home.seal_alone(*command).status
    (home.notation / "trustpolicy.json").unlink()
    assert 0 != home.seal_alone(*command).status
    home.policy(statement())
    settle(home, "{")
    assert 0 != home.seal_alone(*command).status
    settle(home, "{}")
    assert 0 != home.seal_alone(*program, "verify", image.replace("@sha256:", "@sha256:x")).status
    assert 0 == registry.connections

    assert 0 != home.seal_alone(*command).status  # there is no such image
    assert 2 == registry.connections


def test_a_registry_that_refuses_is_said_to_as_ever(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    done = home.seal_alone("verify", f"localhost:{port}/net-monitor@{DIGEST}")
    assert 3 == done.status
    assert "network.refused" in done.err
