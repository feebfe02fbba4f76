"""Over which scheme, and at which host, a registry is reached."""

from collections.abc import Iterator

import pytest
import pytest_socket

from sealwright.errors import NetworkError
from sealwright.events import Event, Notice
from sealwright.repositories.endpoints import Endpoints
from sealwright.repositories.registry import RegistryClient
from sealwright.transport.client import Transport
from world.hostile_registry import HostileRegistry, Reply
from world.registry import free_port
from world.tls import Tls

HERE = "0.0.0.0"  # noqa: S104  # reaches this machine and is no loopback name: stands in for elsewhere


@pytest.fixture(autouse=True)
def _elsewhere(_sockets: None) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", HERE], allow_unix_socket=True)


@pytest.fixture
def told() -> list[Event]:
    return []


def endpoints(told: list[Event], *insecure: str, plain_http: bool | None = None) -> Endpoints:
    transport = Transport(insecure_hosts=frozenset(insecure), environment={}, events=told.append)
    return Endpoints(transport, plain_http, told.append)


@pytest.mark.parametrize(
    ("domain", "origin"),
    [
        ("docker.io", "https://registry-1.docker.io"),
        ("registry.example", "https://registry.example"),
        ("registry.example:5000", "https://registry.example:5000"),
        ("10.0.0.1:5000", "https://10.0.0.1:5000"),
        ("localhost", "http://localhost"),
        ("localhost:5000", "http://localhost:5000"),
        ("127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("127.3.2.1", "http://127.3.2.1"),
        ("[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_only_this_machine_is_spoken_to_without_tls(told: list[Event], domain: str, origin: str) -> None:
    assert origin == str(endpoints(told).origin(domain))
    assert [] == told


def test_the_caller_may_settle_it(told: list[Event]) -> None:
    assert "http://registry.example" == str(endpoints(told, plain_http=True).origin("registry.example"))
    assert "https://localhost:5000" == str(endpoints(told, plain_http=False).origin("localhost:5000"))


@pytest.fixture
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileRegistry]:
    with HostileRegistry(Tls(tmp_path_factory.mktemp("tls")).server()) as server:
        server.on("GET /v2/", Reply(200))
        yield server


def test_an_insecure_registry_with_tls_is_spoken_to_with_tls(
    secure: HostileRegistry, told: list[Event]
) -> None:
    domain = f"0.0.0.0:{secure.port}"  # another spelling of this machine, and no loopback name
    assert f"https://{domain}" == str(endpoints(told, domain).origin(domain))
    assert [Notice("network.insecure-tls", {"host": domain})] == told


def test_an_insecure_registry_without_tls_is_spoken_to_without(
    hostile: HostileRegistry, told: list[Event]
) -> None:
    domain = f"0.0.0.0:{hostile.port}"  # as above
    found = endpoints(told, domain)
    assert f"http://{domain}" == str(found.origin(domain))
    assert Notice("registry.insecure-plain-http", {"registry": domain}) in told
    count = hostile.connections
    found.origin(domain)
    assert count == hostile.connections, "it is found out once"


def test_an_insecure_registry_that_is_not_there_fails_at_its_first_use(told: list[Event]) -> None:
    domain = f"0.0.0.0:{free_port()}"  # as above
    client = RegistryClient(Transport(insecure_hosts=frozenset({domain}), environment={}))
    with pytest.raises(NetworkError) as caught:
        client.ping(domain)
    assert "network.refused" == caught.value.code


def test_a_name_that_is_not_known_is_not_tried_without_tls(told: list[Event]) -> None:
    domain = "registry.invalid"
    with pytest.raises(NetworkError) as caught:
        endpoints(told, domain).origin(domain)
    assert "network.unknown-host" == caught.value.code
