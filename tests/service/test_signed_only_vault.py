"""Signed only by a policy about keys of the service's own vaults."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sealwright.errors import DocumentError
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.signed_only import SignedOnly
from world.kms_service import KmsService
from world.registry import Registry
from world.wire import Wire

NAME = "registry.example"


def policy(**more: object) -> bytes:
    statement = {"name": "prod", "scopes": [NAME], "signedBy": {"key": "release", "vault": "production"}}
    return json.dumps({"version": "1.0", "statements": [statement], **more}).encode()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KmsService]:
    folder = tmp_path_factory.mktemp("signed-only")
    tables = []
    for part, content in (("prod", policy()), ("far", policy(service="elsewhere.example"))):
        file = folder / f"{part}.json"
        file.write_bytes(content)
        tables.append(SignedOnly(f"{part}/*", "warn", str(file), registry=NAME))
    configuration = msgspec.structs.replace(
        Configuration.on(folder / "registry", port=0), signed_only=tuple(tables)
    )
    with Registry(configuration) as running:
        yield KmsService(Wire(running.address))


def warning(service: KmsService, repository: str, digest: str) -> str:
    answer = service.wire.ask("GET", f"/v2/{repository}/manifests/{digest}")
    assert 200 == answer.status, answer
    return answer.headers.get("warning", "")


def test_an_image_is_given_out_without_warning_once_the_vaults_key_has_signed_it(service: KmsService) -> None:
    digest = service.push("prod/app")
    assert "verdict.unsigned" in warning(service, "prod/app", digest)
    made = service.sign("prod/app", digest)
    assert "" == warning(service, "prod/app", digest)
    service.wire.ask("DELETE", f"/api/v1/signatures/{made['id']}")
    assert "verdict.unsigned" in warning(service, "prod/app", digest)


def test_a_signature_among_the_referrers_counts_too(service: KmsService) -> None:
    digest = service.push("prod/referred")
    content = service.signed(service.message("prod/referred", digest).encoded())
    service.refer("prod/referred", digest, content.encoded())
    assert "" == warning(service, "prod/referred", digest)


def test_a_replayed_signature_does_not_count(service: KmsService) -> None:
    digest = service.push("prod/replayed")
    content = service.signed(service.message("prod/other", digest).encoded())
    service.refer("prod/replayed", digest, content.encoded())
    assert "identity.kms-other-repository" in warning(service, "prod/replayed", digest)


def test_a_signature_of_a_disabled_key_does_not_count(service: KmsService) -> None:
    digest = service.push("prod/disabled")
    service.sign("prod/disabled", digest)
    path = f"keys/{service.key['id']}/actions"
    service.vaults.told("POST", f"{path}/disable")
    try:
        assert "authenticity.kms-key-state" in warning(service, "prod/disabled", digest)
    finally:
        service.vaults.told("POST", f"{path}/enable")


def test_the_vaults_of_another_service_are_not_asked(service: KmsService) -> None:
    digest = service.push("far/app")
    service.sign("far/app", digest)
    assert "authenticity.kms-no-service" in warning(service, "far/app", digest)


def test_a_service_does_not_start_with_a_broken_policy(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_bytes(policy().replace(b'"signedBy"', b'"signedby"'))
    table = SignedOnly("*", "warn", str(file), registry=NAME)
    configuration = msgspec.structs.replace(
        Configuration.on(tmp_path / "registry", port=0), signed_only=(table,)
    )
    with pytest.raises(DocumentError, match="signedby"):
        Registry(configuration)
