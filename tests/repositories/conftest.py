"""Registries, real and hostile, and a client for them."""

from collections.abc import Callable, Iterator

import pytest

from sealwright.events import Event
from sealwright.repositories.registry import RegistryClient
from sealwright.transport.client import Transport
from sealwright.transport.retries import RetryPolicy
from world.hostile_registry import HostileRegistry
from world.registry import Registry

QUICK = RetryPolicy(tries=3, shortest=0.001, longest=0.01)


@pytest.fixture
def hostile() -> Iterator[HostileRegistry]:
    with HostileRegistry() as running:
        yield running


@pytest.fixture
def elsewhere() -> Iterator[HostileRegistry]:
    with HostileRegistry() as running:
        yield running


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("embedded")) as running:
        yield running


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def transport() -> Iterator[Transport]:
    made = Transport(environment={}, retries=QUICK)
    yield made
    made.close()


@pytest.fixture
def connect(transport: Transport, told: list[Event]) -> Callable[..., RegistryClient]:
    def make(**settings: object) -> RegistryClient:
        return RegistryClient(transport, events=told.append, **settings)  # type: ignore[arg-type]  # as given

    return make


@pytest.fixture
def client(connect: Callable[..., RegistryClient]) -> RegistryClient:
    return connect()
