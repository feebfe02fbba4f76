"""A registry is asked while the program loads: the one that will be asked, for what it will be asked."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sealwright import media_types
from sealwright.digest import Digest
from sealwright.errors import DocumentError, SealwrightError, UsageError
from sealwright.events import Event, Notice
from sealwright.homes.environment import Environment
from sealwright.interfaces import Policy
from sealwright.policy.notation import lowering
from sealwright.repositories.locating import locate
from sealwright.workflow import head_start
from sealwright.workflow.begun import Notices, taken
from sealwright.workflow.unresolved import unresolved
from world import notary
from world.home import Home, statement
from world.hostile_registry import HostileRegistry, Reply

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
    location = locate(name)
    count = head_start.begin(location, policy_of(home), environment, plain_http=plain_http)
    found = taken(location)
    assert (count > 0) == (found is not None)
    if found is not None:
        with found, suppress(SealwrightError):  # some are asked in vain
            assert (count > 1) == (found.place.store is not None)
            if found.place.store is not None:
                list(found.place.store.listed(unresolved(found.place.name, DIGEST)))
            found.place.subject()
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


def test_a_layout_is_nobody_to_ask(home: Home) -> None:
    assert 0 == begun(home, "oci:/nowhere:v1")


def test_what_was_begun_is_had_once_and_by_its_location_alone(home: Home, registry: HostileRegistry) -> None:
    name = f"{registry.address}/net-monitor:v1"
    head_start.begin(locate(name), policy_of(home), Environment({}, home.folder))
    assert taken(locate(f"{registry.address}/net-monitor:v2")) is None
    found = taken(locate(name))
    assert found is not None
    with found, suppress(SealwrightError):  # there is no such image
        found.place.subject()
    assert taken(locate(name)) is None


def test_notices_wait_for_somebody_to_be_told() -> None:
    notices = Notices()
    told: list[Event] = []
    first, second = (
        Notice("network.insecure-tls", {"host": "a"}),
        Notice("network.insecure-tls", {"host": "b"}),
    )
    notices(first)
    notices.pass_on(told.append)
    notices(second)
    assert [first, second] == told


@pytest.mark.parametrize("program", [(), ("notation",)], ids=["seal", "notation"])
def test_what_was_begun_is_asked_once(
    home: Home, registry: HostileRegistry, program: tuple[str, ...]
) -> None:
    image = registry.hold("net-monitor", notary.CONTENT, media_types.IMAGE_MANIFEST)
    empty = {"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX, "manifests": []}
    registry.on(
        f"GET /v2/net-monitor/referrers/{image.digest}",
        Reply(200, json.dumps(empty).encode(), {"Content-Type": media_types.IMAGE_INDEX}),
    )
    name = f"{registry.address.replace('127.0.0.1', 'localhost')}/net-monitor@{image.digest}"
    done = home.seal_alone(*program, "verify", name)
    assert 1 == done.status, done  # no signature
    assert ["GET", "HEAD"] == sorted(seen.method for seen in registry.seen)
    assert 2 == registry.connections
