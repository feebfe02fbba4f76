"""However large a layer is, the server holds little of it: going in, in two parts, and coming out.

1 GiB on files and 256 MiB on an object store; with SEALWRIGHT_SOAK set 4 GiB on each, where the disk allows.
The layer is made while it is sent, and hashed while it is received.
"""

import hashlib
import http.client
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sealwright.digest import Digest
from world.killable import Killable
from world.storages import Storages
from world.wire import Wire

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
SOAK = "SEALWRIGHT_SOAK" in os.environ
ROOM = 4
"""How many times the layer the disk must have room for: parts and blob, of the store and before it."""

BLOCK = os.urandom(MIB - 8)


def layer(blocks: range) -> Iterator[bytes]:
    """Blocks of a layer of 1 MiB each, no two alike."""
    for number in blocks:
        yield number.to_bytes(8) + BLOCK


def digest_of(size: int) -> Digest:
    hasher = hashlib.sha256()
    for block in layer(range(size)):
        hasher.update(block)
    return Digest(f"sha256:{hasher.hexdigest()}")


class Memory:
    """The memory of a process that is resident, in MiB."""

    def __init__(self, pid: int) -> None:
        self._folder = Path("/proc") / str(pid)

    def now(self) -> float:
        """What it is."""
        return self._told("VmRSS")

    def forget(self) -> None:
        """Let the highest be what it is."""
        (self._folder / "clear_refs").write_text("5")

    def highest(self) -> float:
        """What it was at most since `forget`, as the kernel counts it: no sample misses it."""
        return self._told("VmHWM")

    def _told(self, name: str) -> float:
        found = re.search(rf"{name}:\s+(\d+) kB", (self._folder / "status").read_text())
        assert found is not None
        return int(found[1]) / 1024


def push(wire: Wire, size: int) -> Digest:
    """Push a layer of `size` MiB: the first half as a stream without a length, the other with one."""
    digest = digest_of(size)
    location = wire.begin("large")
    half = size // 2
    answer = wire.ask("PATCH", location, layer(range(half)))
    assert 202 == answer.status, answer
    headers = {"Content-Length": str((size - half) * MIB)}
    answer = wire.ask(
        "PUT", f"{answer.headers['location']}?digest={digest}", layer(range(half, size)), headers
    )
    assert 201 == answer.status, answer
    return digest


def pull(wire: Wire, digest: Digest, size: int) -> None:
    """Pull a layer and compare it; now and then the client has something else to do."""
    with closing(http.client.HTTPConnection(*wire.place, timeout=60)) as connection:
        connection.request("GET", f"/v2/large/blobs/{digest}")
        response = connection.getresponse()
        for number, expected in enumerate(layer(range(size))):
            assert expected == response.read(MIB)
            if number % 64 == 0:
                time.sleep(0.05)
        assert b"" == response.read()


@pytest.mark.parametrize(
    ("storage_kind", "size", "most"),
    [
        ("folder", 4096 if SOAK else 1024, 24),
        pytest.param("objects", 4096 if SOAK else 256, 112, marks=pytest.mark.peer("versitygw")),
    ],
)
def test_memory_stays_flat_while_a_large_layer_passes(
    storages: Storages, storage_kind: str, size: int, most: int, tmp_path: Path
) -> None:
    if shutil.disk_usage(tmp_path).free < ROOM * size * MIB:
        pytest.skip("the disk has no room for it")
    with Killable(storages.settings(storage_kind)) as service:
        pull(service.wire, push(service.wire, 32), 32)  # what is only made once
        memory = Memory(service.pid)
        before = memory.now()
        grown: dict[str, float] = {}
        memory.forget()
        digest = push(service.wire, size)
        grown["push"] = memory.highest() - before
        memory.forget()
        pull(service.wire, digest, size)
        grown["pull"] = memory.highest() - before
        assert 202 == service.wire.ask("DELETE", f"/v2/large/blobs/{digest}").status
    assert all(mib < most for mib in grown.values()), grown
