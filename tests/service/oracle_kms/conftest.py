"""A service with Oracle's key management for the tests of one module, with a vault and two keys in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from sealwright.service.configuration import Configuration
from sealwright.service.configuration.oracle import Oracle
from sealwright.service.oracle.actions import compartments, tag_definitions
from sealwright.service.oracle.tenancy import opened
from world.accounts import Guarded
from world.oracle_kms import OracleKms
from world.registry import Registry


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    configuration = Configuration.on(tmp_path_factory.mktemp("registry"))
    with Registry(replace(configuration, oracle=Oracle(namespace="acme"))) as running:
        yield running


@pytest.fixture(scope="module")
def kms(registry: Registry) -> OracleKms:
    return OracleKms(registry.address)


@pytest.fixture(scope="module", autouse=True)
def compartment(registry: Registry) -> str:
    """A compartment of the service, which has a namespace of tags, too."""
    with Guarded.opened(registry.folder) as database:
        tag_definitions.add_namespace(database, "test", "Team")
        tag_definitions.add_key(database, "test", "Team", "Cost", "", ())
        realm, region = "oclocal", "local-1"
        return compartments.add(database, opened(database, realm, region, "acme"), "test", "build").id


@pytest.fixture(scope="module")
def vault(kms: OracleKms) -> Any:
    return kms.vault("release")


@pytest.fixture(scope="module")
def at(registry: Registry, vault: Any) -> str:
    """The path of the vault at the service."""
    found: str = vault["managementEndpoint"].removeprefix(f"http://{registry.address}")
    return found


@pytest.fixture(scope="module")
def rsa_key(kms: OracleKms, at: str) -> Any:
    return kms.key(at, "images", "RSA", 256)


@pytest.fixture(scope="module")
def ec_key(kms: OracleKms, at: str) -> Any:
    return kms.key(at, "curve")
