"""One signature, two doors: what Oracle's API keeps `seal` verifies, and what `seal` signs that API shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import good
from sealwright.service.configuration.oracle import Oracle
from world import images
from world.oracle_service import BASE, OracleService
from world.seal import seal


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OracleService]:
    with OracleService(tmp_path_factory.mktemp("oracle"), Oracle("acme"), guarded=False) as running:
        yield running


@pytest.fixture
def image(
    home: Path, oracle: OracleService, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> str:
    """An image by its tag, and a policy that trusts the usual key."""
    assert home.exists()
    monkeypatch.setenv("SEALWRIGHT_VAULT", oracle.registry.local)
    good(seal("policy", "init", "--key", oracle.usual_key.id, "--force"))
    repository = request.node.name.removeprefix("test_").replace("_", "-")[:60].strip("-")
    images.push(f"{oracle.registry.local}/acme/{repository}", "v1", repository)
    return f"{oracle.registry.local}/acme/{repository}:v1"


def signatures(oracle: OracleService, image: str) -> list[dict[str, str]]:
    """What Oracle's API lists of an image's repository."""
    repository = image.partition("/acme/")[2].removesuffix(":v1")
    query = f"compartmentId={oracle.root}&repositoryName={repository}"
    answer = oracle.admin.ask("GET", f"{BASE}/imageSignatures?{query}")
    assert 200 == answer.status, answer
    found: list[dict[str, str]] = answer.json["items"]
    return found


def test_what_oracles_api_keeps_is_verified(oracle: OracleService, image: str) -> None:
    assert 1 == seal("verify", "--policy", "vault", image).code
    repository = image.partition("/acme/")[2].removesuffix(":v1")
    digest = good(seal("ls", "--output", "json", image)).json["subject"]["descriptor"]["digest"]
    body = oracle.upload(oracle.image(repository, digest), description="by Oracle's client")
    answer = oracle.admin.ask("POST", f"{BASE}/imageSignatures", body)
    assert 200 == answer.status, answer
    good(seal("verify", "--policy", "vault", image))
    assert "by Oracle's client" in good(seal("inspect", image)).out
    good(seal("verify", "--policy", "vault", "--record", image))
    assert 204 == oracle.admin.ask("DELETE", f"{BASE}/imageSignatures/{answer.json['id']}").status
    assert 1 == seal("verify", "--policy", "vault", image).code


def test_what_seal_signs_is_shown_by_oracles_api(oracle: OracleService, image: str) -> None:
    key = f"vault:{oracle.usual_key.id}"
    good(seal("sign", "--key", key, "--format", "kms", "--description", "by seal", image))
    good(seal("verify", "--policy", "vault", image))
    (found,) = signatures(oracle, image)
    assert (oracle.usual_key.id, oracle.usual_key.version, "AVAILABLE") == (
        found["kmsKeyId"],
        found["kmsKeyVersionId"],
        found["lifecycleState"],
    )
    told = {
        "message": found["message"],
        "signature": found["signature"],
        "algorithm": found["signingAlgorithm"],
        "version": found["kmsKeyVersionId"],
    }
    assert {"valid": True} == oracle.vaults.told("POST", f"keys/{found['kmsKeyId']}/verify", told)


def test_an_image_that_is_pushed_anew_has_lost_its_signatures(oracle: OracleService, image: str) -> None:
    good(seal("sign", "--key", f"vault:{oracle.usual_key.id}", "--format", "kms", image))
    repository = image.partition("/acme/")[2].removesuffix(":v1")
    digest = good(seal("ls", "--output", "json", image)).json["subject"]["descriptor"]["digest"]
    assert 202 == oracle.wire.ask("DELETE", f"/v2/acme/{repository}/manifests/{digest}").status
    images.push(f"{oracle.registry.local}/acme/{repository}", "v1", repository)
    assert 1 == seal("verify", "--policy", "vault", image).code
    assert [] == signatures(oracle, image)
