"""What the OpenAPI fragment of the audit log says is what the service does."""

import json
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis

from sealwright.service import audit
from world.registry import Registry
from world.wire import Wire

FRAGMENT = json.loads(Path(audit.__file__).with_name("openapi.json").read_text())
API = {"openapi": "3.1.0", "info": {"title": "Sealwright", "version": "1"}, **FRAGMENT}


@pytest.fixture(scope="module")
def filled(registry: Registry) -> Registry:
    wire = Wire(registry.address)
    for number in range(5):
        wire.push_manifest("a", f"v{number}", {"layers": [], "annotations": {"number": str(number)}})
    return registry


@schemathesis.openapi.from_dict(API).parametrize()
@hypothesis.settings(suppress_health_check=list(hypothesis.HealthCheck))
def test_answers_are_as_described(case: "schemathesis.Case[Any]", filled: Registry) -> None:
    case.call_and_validate(base_url=f"http://{filled.address}")
