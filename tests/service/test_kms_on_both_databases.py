"""Signatures by keys of vaults on both databases: the same SQL, the same answers."""

import uuid

import pytest

from world.kms_service import KmsService
from world.registry import Registry
from world.storages import Storages
from world.wire import Wire

# where there is no folder of its own, a service has no root key unless the settings name one
pytestmark = pytest.mark.parametrize(
    "storage_kind", ["folder", pytest.param("postgres", marks=pytest.mark.peer("postgres"))]
)


def test_each_database_keeps_and_verifies_them(storages: Storages, storage_kind: str) -> None:
    with Registry(storages.settings(storage_kind)) as registry:
        service = KmsService(Wire(registry.address), f"v-{uuid.uuid4()}"[:30])
        repository = f"ns/{uuid.uuid4()}"
        digest = service.push(repository)
        made = service.sign(repository, digest)
        content = service.signed(service.message(repository, digest, description="again").encoded())
        assert 201 == service.bring(repository, digest, content).status
        referred = service.refer(repository, digest, content.encoded())
        told = service.wire.ask("GET", f"/api/v1/images?repository={repository}&reference={digest}").json
        assert ["api", "api", "referrers"] == [one["via"] for one in told["signatures"]]
        assert referred == told["signatures"][2]["digest"]
        for one in told["signatures"]:
            answer = service.wire.ask("POST", f"/api/v1/signatures/{one['id']}/actions/verify")
            assert "verified" == answer.json["result"], answer
        listed = service.wire.ask("GET", f"/api/v1/signatures?format=kms&repository={repository}").json
        assert 3 == len(listed["signatures"])
        service.wire.ask("DELETE", f"/api/v1/signatures/{made['id']}")
        told = service.wire.ask("GET", f"/api/v1/images?repository={repository}&reference={digest}").json
        assert 2 == len(told["signatures"])
