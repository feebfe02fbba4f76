"""A service that is only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.digest import Digest
from world.registry import Registry
from world.service import Service
from world.wire import Wire

CHANGES = [
    ("PUT", "/v2/a/manifests/v2"),
    ("DELETE", "/v2/a/manifests/v1"),
    ("DELETE", f"/v2/a/blobs/{Digest.of(b'blob')}"),
    ("POST", "/v2/a/blobs/uploads/"),
    ("POST", f"/v2/b/blobs/uploads/?mount={Digest.of(b'blob')}&from=a"),
    ("PATCH", "/v2/a/blobs/uploads/00000000-0000-0000-0000-000000000000"),
    ("PUT", f"/extensions/v2/a/signatures/{Digest.of(b'blob')}"),
    ("POST", "/api/v1/anything"),
    ("PROPPATCH", "/v2/"),
]


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """A service that is only read, on what another one was pushed."""
    folder = tmp_path_factory.mktemp("reading")
    with Registry(folder / "content") as registry:
        wire = Wire(registry.address)
        wire.push_blob("a", b"blob")
        wire.push_manifest("a", "v1", {"layers": []})
    with Service(folder, "read_only = true") as service:
        yield service.wire


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_a_change_is_refused_as_one_that_will_not_work_later_either(
    reading: Wire, method: str, path: str
) -> None:
    answer = reading.ask(method, path, b"x" * 70_000)
    assert (405, "UNSUPPORTED", "GET, HEAD") == (answer.status, answer.code, answer.headers["allow"])
    assert "service.read-only" == answer.json["errors"][0]["detail"]["reason"]
    assert "x-request-id" in answer.headers


def test_reading_goes_on(reading: Wire) -> None:
    wire = reading
    assert b"blob" == wire.ask("GET", f"/v2/a/blobs/{Digest.of(b'blob')}").body
    assert 200 == wire.ask("GET", "/v2/a/manifests/v1").status
    assert ["v1"] == wire.ask("GET", "/v2/a/tags/list").json["tags"]
    assert 200 == wire.ask("GET", "/readyz").status


def test_the_flag_makes_it_so(tmp_path: Path) -> None:
    with Service(tmp_path, "", "--read-only") as service:
        assert 405 == service.wire.ask("POST", "/v2/a/blobs/uploads/").status
        assert 200 == service.wire.ask("GET", "/v2/").status
