"""A registry for the tests of one module, and a repository name of its own for each test."""

import re
from collections.abc import Iterator

import pytest

from world.registry import Registry
from world.wire import Wire


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture
def wire(registry: Registry) -> Wire:
    return Wire(registry.address)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A repository that no other test uses."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:200]
