"""A full disk, a database that goes and comes back, an object store with moods: refused, never lost."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.digest import Digest
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.registry.actions.checking import check
from sealwright.service.storage import Storage
from world.killable import Killable
from world.ledger import Ledger
from world.object_store import ObjectStore
from world.registry import Registry
from world.rough_front import RoughFront
from world.storages import Storages
from world.wire import Answer, Wire

pytestmark = pytest.mark.slow


def require_clean(settings: Settings) -> None:
    storage = Storage.beside(settings)
    assert [] == check(storage).problems
    storage.close()


def push(wire: Wire, content: bytes) -> Answer:
    return wire.ask("POST", f"/v2/a/blobs/uploads/?digest={Digest.of(content)}", content)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB."""
    if os.getuid() != 0:
        pytest.skip("only root may mount a file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_refuses_pushes_and_loses_nothing(small_disk: Path) -> None:
    settings = Settings(folder=str(small_disk / "registry"))
    ledger = Ledger("client", 1)
    with Killable(settings) as service:
        for _ in range(40):
            assert ledger.step(service.wire)
        ledger.verify(service.wire)
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while file.write(bytes(size)):
                        pass
                except OSError:
                    continue
        refused = [push(service.wire, os.urandom(100_000)) for _ in range(5)]
        assert [(503, "UNAVAILABLE")] * 5 == [(answer.status, answer.code) for answer in refused]
        for _ in range(60):
            assert ledger.step(service.wire)
        ledger.verify(service.wire)
        assert 503 == service.wire.ask("GET", "/readyz").status
        filler.unlink()
        assert 201 == push(service.wire, b"room again").status
        for _ in range(40):
            assert ledger.step(service.wire)
        ledger.verify(service.wire)
        service.kill()
    with Killable(settings) as service:
        ledger.verify(service.wire)
    require_clean(settings)


@pytest.mark.peer("postgres", "versitygw")
def test_a_database_that_goes_and_comes_back(storages: Storages) -> None:
    settings = storages.settings("shared")
    ledger = Ledger("client", 2)
    with Registry(settings) as registry:
        wire = Wire(registry.address)
        for _ in range(30):
            assert ledger.step(wire)
        storages.postgres.pause()
        try:
            began = time.monotonic()
            for answer in (push(wire, b"x"), wire.ask("GET", "/v2/client/tags/list")):
                assert (503, "UNAVAILABLE") == (answer.status, answer.code)
                assert "retry-after" in answer.headers
            assert 503 == wire.ask("GET", "/readyz").status
            assert 200 == wire.ask("GET", "/healthz").status
            assert time.monotonic() - began < 60
        finally:
            storages.postgres.start()
        until = time.monotonic() + 30
        while wire.ask("GET", "/readyz").status != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert 201 == push(wire, b"x").status
        for _ in range(30):
            assert ledger.step(wire)
        ledger.verify(wire)
    require_clean(settings)


@pytest.mark.peer("versitygw")
def test_an_object_store_that_is_away(tmp_path: Path) -> None:
    with ObjectStore(tmp_path / "objects") as store:
        settings = Settings(folder=str(tmp_path / "f"), blobs=store.bucket(), options=store.options)
        with Registry(settings) as registry:
            wire = Wire(registry.address)
            assert 201 == push(wire, b"before").status
            store.pause()
            refused = push(wire, b"during")
            assert (503, "UNAVAILABLE") == (refused.status, refused.code)
            read = wire.ask("GET", f"/v2/a/blobs/{Digest.of(b'before')}")
            assert 503 == read.status
            store.start()
            assert 404 == wire.ask("GET", f"/v2/a/blobs/{Digest.of(b'during')}").status
            assert 201 == push(wire, b"during").status
            assert b"before" == wire.ask("GET", f"/v2/a/blobs/{Digest.of(b'before')}").body
        require_clean(settings)


MOODS = {
    "500": {"503": 0.2, "502": 0.1},
    "slow": {"stall before": 0.1},
    "half a body": {"drop within": 0.3},
    "gone": {"drop before": 0.2, "drop after": 0.1},
}


@pytest.mark.peer("versitygw")
@pytest.mark.parametrize("mood", MOODS)
def test_an_object_store_with_moods(tmp_path: Path, mood: str) -> None:
    with (
        ObjectStore(tmp_path / "objects") as store,
        RoughFront(int(store.address.rpartition(":")[2]), 3, MOODS[mood], stall=0.5) as front,
    ):
        options = {**store.options, "endpoint": f"http://{front.address}"}
        settings = Settings(folder=str(tmp_path / "f"), blobs=store.bucket(), options=options)
        ledger = Ledger("client", 4)
        large = os.urandom(20_000_000)
        with Registry(settings) as registry:
            wire = Wire(registry.address)
            for _ in range(40):
                assert ledger.step(wire)
            statuses = {push(wire, large).status for _ in range(3)}
            assert statuses <= {201, 503}
            if 201 in statuses:
                assert large == patiently(wire, f"/v2/a/blobs/{Digest.of(large)}")
            assert sum(front.moods_seen[name] for name in MOODS[mood])
        straight = Settings(folder=settings.folder, blobs=settings.blobs, options=store.options)
        with Registry(straight) as registry:
            ledger.verify(Wire(registry.address))
        require_clean(straight)


def patiently(wire: Wire, path: str) -> bytes:
    """What a client gets that asks again until all of it has come."""
    for _ in range(20):
        try:
            answer = wire.ask("GET", path)
        except Exception:  # noqa: BLE001, S112  # cut off in the middle: it is asked for again
            continue
        if answer.status == 200:
            return answer.body
    pytest.fail("it never came whole")
