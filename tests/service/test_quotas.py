"""Quotas: a push beyond what a repository may hold is refused and leaves nothing; deletes give room."""

import json
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from sealwright.digest import Digest
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.quotas import Quota
from sealwright.service.configuration.server import Server
from sealwright.service.registry.actions.checking import check
from sealwright.service.storage import Storage
from world.registry import Registry
from world.storages import Storages
from world.wire import IMAGE, Answer, Wire

QUOTAS = (Quota("free/*"), Quota("small/*", bytes=100, manifests=2, tags=2), Quota("*", bytes=10_000))


@pytest.fixture
def settings(storages: Storages, storage_kind: str) -> Configuration:
    usual = Configuration(server=Server(port=0), storage=storages.settings(storage_kind))
    return replace(usual, quotas=QUOTAS)


@pytest.fixture
def wire(settings: Configuration) -> Iterator[Wire]:
    with Registry(settings) as registry:
        yield Wire(registry.address)
    storage = Storage.beside(settings.storage)
    assert [] == check(storage).problems
    storage.close()


def push(wire: Wire, name: str, content: bytes) -> Answer:
    return wire.ask("POST", f"/v2/{name}/blobs/uploads/?digest={Digest.of(content)}", content)


def put(wire: Wire, name: str, tag: str, number: int) -> Answer:
    members = {"schemaVersion": 2, "mediaType": IMAGE, "layers": [], "annotations": {"n": str(number)}}
    return wire.ask(
        "PUT", f"/v2/{name}/manifests/{tag}", json.dumps(members).encode(), {"Content-Type": IMAGE}
    )


def test_bytes_are_bounded_however_they_come(wire: Wire) -> None:
    full, more = b"x" * 90, b"y" * 20
    assert 201 == push(wire, "small/a", full).status
    assert 201 == push(wire, "small/a", full).status  # it is there already
    refused = push(wire, "small/a", more)
    assert (413, "SIZE_INVALID") == (refused.status, refused.code)
    assert "service.quota-exceeded" == refused.json["errors"][0]["detail"]["reason"]
    location = wire.begin("small/a")
    assert 413 == wire.ask("PUT", f"{location}?digest={Digest.of(more)}", more).status
    assert 201 == push(wire, "free/b", more).status
    mount = f"/v2/small/a/blobs/uploads/?mount={Digest.of(more)}&from=free/b"
    assert 413 == wire.ask("POST", mount).status
    assert 404 == wire.ask("HEAD", f"/v2/small/a/blobs/{Digest.of(more)}").status
    assert 202 == wire.ask("DELETE", f"/v2/small/a/blobs/{Digest.of(full)}").status
    assert 201 == wire.ask("POST", mount).status


def test_manifests_and_tags_are_bounded(wire: Wire) -> None:
    assert [201, 201, 201] == [put(wire, "small/m", "v1", number).status for number in (1, 2, 2)]
    assert 413 == put(wire, "small/m", "v1", 3).status
    assert [201, 413] == [put(wire, "small/m", tag, 1).status for tag in ("v2", "v3")]
    assert ["v1", "v2"] == wire.ask("GET", "/v2/small/m/tags/list").json["tags"]
    assert 202 == wire.ask("DELETE", "/v2/small/m/manifests/v2").status
    assert 201 == put(wire, "small/m", "v3", 1).status


def test_the_first_quota_that_matches_counts(wire: Wire) -> None:
    assert 201 == push(wire, "free/big", bytes(20_000)).status
    assert 413 == push(wire, "other", bytes(20_000)).status
    assert 201 == push(wire, "other", bytes(9_000)).status
