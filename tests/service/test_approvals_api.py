"""What the OpenAPI fragment of approvals says is what the service does."""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

from world.approvals import ApprovalWire
from world.approvers import group, people, rule, rules_of
from world.registry import Registry
from world.wire import Wire

ADA, BOB = people("ada", "bob")
PATHS = json.loads((resources.files("sealwright.service.approvals") / "openapi.json").read_bytes())["paths"]
OPERATIONS = [
    (method.upper(), path)
    for path, members in PATHS.items()
    for method in members
    if method in ("get", "post", "delete")
]


UNTOLD = {"/api/v1/approvers": [positive_data_acceptance]}
"""No schema tells which texts are public keys."""


@pytest.fixture(scope="module")
def address(registry: Registry) -> Iterator[str]:
    """A service with requests in several states."""
    wire = ApprovalWire(Wire(registry.address))
    wire.vault("v")
    key = wire.ruled("v", "k", rules_of(ADA, BOB, use=rule(group("all", 1, ADA, BOB))))["id"]
    wire.told("POST", "approvers", {"person": "ada", "keys": [ADA.public.decode()]})
    wire.open(key)
    wire.vote(wire.open(key)["id"], ADA)
    wire.vote(wire.open(key)["id"], BOB, "deny")
    yield f"http://{registry.address}"


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_is_as_it_is_described(address: str, method: str, path: str) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    operation = schema[path][method]

    @hypothesis.settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def holds(case: "schemathesis.Case[Any]") -> None:
        if "wait" in (case.query or {}):
            case.query["wait"] = 0
        case.call_and_validate(base_url=address, excluded_checks=UNTOLD.get(path, []))

    holds()
