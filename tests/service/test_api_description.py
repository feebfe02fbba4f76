"""The OpenAPI description is true: what it allows is answered as it says, what it does not is refused."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck

from sealwright.errors import InternalError
from sealwright.service.api.description import described
from world import simple
from world.registry import Registry
from world.wire import Wire

DOCUMENT = json.loads((resources.files("sealwright.service.api") / "openapi.json").read_bytes())
OPERATIONS = [
    (method.upper(), path)
    for path, members in DOCUMENT["paths"].items()
    for method in members
    if method in ("get", "put", "post", "delete", "patch")
]


@pytest.fixture(scope="module")
def address(registry: Registry) -> str:
    """A registry with something to find."""
    wire = Wire(registry.address)
    for repository in ("a", "a/b", "team/app"):
        digest = simple.push_image(wire, repository, unique=repository)
        for _ in range(3):
            assert 201 == simple.attach(wire, repository, digest).status
    return f"http://{registry.address}"


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_is_as_it_is_described(address: str, method: str, path: str) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    operation = schema[path][method]

    @hypothesis.settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def holds(case: "schemathesis.Case[Any]") -> None:
        case.call_and_validate(base_url=address)

    holds()


def test_the_description_names_every_version_and_answer(address: str) -> None:
    served = Wire(address.removeprefix("http://")).ask("GET", "/api/v1/openapi.json").json
    assert "3.1.0" == served["openapi"]
    assert "0" != served["info"]["version"]
    for members in DOCUMENT["paths"].values():
        for method, operation in members.items():
            if method != "parameters":
                assert "default" in operation["responses"]
                assert {"200", "201"} & operation["responses"].keys()


def test_what_other_slices_describe_is_put_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "more_paths"
    package.mkdir()
    (package / "__init__.py").touch()
    fragment = {
        "paths": {"/api/v1/more": {"get": {"responses": {}}}},
        "components": {
            "schemas": {"More": {"type": "string"}, "Digest": DOCUMENT["components"]["schemas"]["Digest"]}
        },
        "tags": [{"name": "more"}, {"name": "images"}],
    }
    (package / "openapi.json").write_text(json.dumps(fragment))
    monkeypatch.syspath_prepend(str(tmp_path))
    whole = json.loads(described(["more_paths"]))
    assert "/api/v1/more" in whole["paths"]
    assert {"type": "string"} == whole["components"]["schemas"]["More"]
    assert ["signatures", "verifications", "images", "description", "more"] == [
        tag["name"] for tag in whole["tags"]
    ]
    other = {"type": "integer"}
    uses = {"$ref": "#/components/schemas/Digest"}
    (package / "openapi.json").write_text(
        json.dumps({"paths": {"/api/v1/more": uses}, "components": {"schemas": {"Digest": other}}})
    )
    whole = json.loads(described(["more_paths"]))
    assert {"$ref": "#/components/schemas/More_pathsDigest"} == whole["paths"]["/api/v1/more"]
    assert other == whole["components"]["schemas"]["More_pathsDigest"]
    assert DOCUMENT["components"]["schemas"]["Digest"] == whole["components"]["schemas"]["Digest"]
    (package / "openapi.json").write_text(json.dumps({"paths": {"/api/v1/images": {}}}))
    with pytest.raises(InternalError):
        described(["more_paths"])


def test_a_package_without_a_description_adds_nothing() -> None:
    assert described(()) == described(["sealwright.service.lookaside"])
