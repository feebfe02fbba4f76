"""A hostile web server, and what speaks HTTP to it."""

from collections.abc import Iterator

import pytest

from sealwright.transport.client import Transport
from sealwright.transport.retries import RetryPolicy
from world.hostile_registry import HostileRegistry

QUICK = RetryPolicy(tries=3, shortest=0.001, longest=0.01)


@pytest.fixture
def hostile() -> Iterator[HostileRegistry]:
    with HostileRegistry() as running:
        yield running


@pytest.fixture
def transport() -> Iterator[Transport]:
    made = Transport(environment={}, retries=QUICK)
    yield made
    made.close()
