"""The description of vaults and keys is true: what it allows is answered as it says."""

import json
from importlib import resources
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.specs.openapi.checks import positive_data_acceptance

from sealwright.service.vault.routes import _ROUTES
from world.registry import Registry
from world.vaults import VaultWire
from world.wire import Wire

DOCUMENT = json.loads((resources.files("sealwright.service.vault") / "openapi.json").read_bytes())
OPERATIONS = [
    (method.upper(), path)
    for path, members in DOCUMENT["paths"].items()
    for method in members
    if method in ("get", "put", "post", "delete", "patch")
]


@pytest.fixture(scope="module")
def vaults(registry: Registry) -> VaultWire:
    """A service with something to find."""
    made = VaultWire(Wire(registry.address))
    made.vault("v")
    made.key("v", "k")
    return made


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_is_as_it_is_described(vaults: VaultWire, method: str, path: str) -> None:
    address = f"http://{vaults.wire.address}"
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    operation = schema[path][method]

    @hypothesis.settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    # no schema says what rules of approval are, whether there is a token, or that 1.0 is no whole number
    @hypothesis.given(case=operation.as_strategy())
    def holds(case: "schemathesis.Case[Any]") -> None:
        case.call_and_validate(base_url=address, excluded_checks=[positive_data_acceptance])

    holds()


def test_the_description_has_every_route() -> None:
    assert len(_ROUTES) == len(OPERATIONS)


def test_what_is_found_is_as_it_is_described(vaults: VaultWire) -> None:
    vault = vaults.told("GET", "vaults/v")["id"]
    key = vaults.told("GET", "keys?name=k")["items"][0]["id"]
    schema = schemathesis.openapi.from_url(f"http://{vaults.wire.address}/api/v1/openapi.json")
    for path in (
        "/api/v1/vaults/{vault}",
        "/api/v1/vaults/{vault}/keys",
        "/api/v1/keys/{key}",
        "/api/v1/keys/{key}/versions",
        "/api/v1/keys/{key}/export",
    ):
        case = schema[path]["GET"].Case(path_parameters={"vault": vault, "key": key})
        answer = case.call(base_url=f"http://{vaults.wire.address}")
        assert 200 == answer.status_code
        case.validate_response(answer)
