"""What outlives the server: everything that was acknowledged, whatever way it ended."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.digest import Digest
from world.registry import Registry, free_port
from world.wire import Wire

PROGRAM = """
import sys
from pathlib import Path
from sealwright.service.configuration import Configuration
from sealwright.service.serving import serve
serve(Configuration.on(Path(sys.argv[1]), port=int(sys.argv[2])), lambda said: print(said, flush=True))
"""
WHOLE = os.urandom(3_000_000)
DIGEST = Digest.of(WHOLE)
PLAIN: dict[str, object] = {"layers": [], "annotations": {"a": "b"}}


class Process:
    """The registry in a process of its own, which can be killed."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.wire = Wire(f"127.0.0.1:{port}")
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), str(port)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.announced = [self._process.stdout.readline().strip() for _ in range(2)]

    def end(self, number: signal.Signals) -> int:
        self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        status = self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_without_complaint(tmp_path: Path, number: signal.Signals) -> None:
    process = Process(tmp_path)
    assert [
        f"serving {tmp_path} at http://{process.wire.address}",
        "anonymous: anyone who reaches this address may push and delete",
    ] == process.announced
    assert 200 == process.wire.ask("GET", "/v2/").status
    assert 0 == process.end(number)


def test_a_request_under_way_is_ended_before_the_server_is(tmp_path: Path) -> None:
    process = Process(tmp_path)
    content = b"y" * 1000
    with closing(process.wire.raw()) as connection:
        path = f"/v2/a/blobs/uploads/?digest={Digest.of(content)}"
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode())
        connection.sendall(content[:500])
        while not list((tmp_path / "uploads").iterdir()):
            time.sleep(0.01)
        process._process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        connection.sendall(content[500:])
        assert connection.recv(1000).startswith(b"HTTP/1.1 201 ")
    assert 0 == process.wait()


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    process = Process(tmp_path)
    wire = process.wire
    blob = wire.push_blob("a", b"blob")
    manifest, _ = wire.push_manifest("a", "v1", PLAIN)
    gone, _ = wire.push_manifest("a", "v2", {"layers": []})
    wire.ask("DELETE", f"/v2/a/manifests/{gone}")
    location = wire.begin("a")
    assert 202 == wire.ask("PATCH", location, WHOLE[:2_000_000]).status
    with closing(wire.raw()) as torn, closing(wire.raw()) as whole:
        torn.sendall(f"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n".encode())
        torn.sendall(b"x" * 800_000)
        path = f"/v2/a/blobs/uploads/?digest={DIGEST}"
        whole.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n".encode())
        whole.sendall(b"x" * 800_000)
        arriving = tmp_path / "uploads"
        while sum(path.stat().st_size for path in arriving.iterdir()) < 3_600_000:
            time.sleep(0.01)
        process.end(signal.SIGKILL)
    assert 2 == len(list(arriving.iterdir()))

    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        assert b"blob" == wire.ask("GET", f"/v2/a/blobs/{blob}").body
        assert 200 == wire.ask("GET", f"/v2/a/manifests/{manifest}").status
        assert ["v1"] == wire.ask("GET", "/v2/a/tags/list").json["tags"]
        assert 404 == wire.ask("GET", f"/v2/a/manifests/{gone}").status
        assert 404 == wire.ask("GET", f"/v2/a/blobs/{DIGEST}").status
        assert 1 == len(list(arriving.iterdir()))
        assert "0-1999999" == wire.ask("GET", location).headers["range"]
        answer = wire.ask("PATCH", location, WHOLE[2_000_000:], {"Content-Range": "2000000-2999999"})
        assert 202 == answer.status
        assert 201 == wire.ask("PUT", f"{location}?digest={DIGEST}", b"").status
        assert WHOLE == wire.ask("GET", f"/v2/a/blobs/{DIGEST}").body


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_an_upload_goes_on_after_a_restart(tmp_path: Path, algorithm: str) -> None:
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        location = wire.begin("a", f"?digest-algorithm={algorithm}")
        wire.ask("PATCH", location, WHOLE[:1000])
        fresh = wire.begin("a")
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        digest = Digest.of(WHOLE, algorithm)
        assert 201 == wire.ask("PUT", f"{location}?digest={digest}", WHOLE[1000:]).status
        assert WHOLE == wire.ask("GET", f"/v2/a/blobs/{digest}").body
        assert 201 == wire.ask("PUT", f"{fresh}?digest={DIGEST}", WHOLE).status


@pytest.mark.parametrize("left", [None, b"short"])
def test_an_upload_whose_file_is_lost_is_told_to_begin_again(tmp_path: Path, left: bytes | None) -> None:
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        location = wire.begin("a")
        wire.ask("PATCH", location, WHOLE[:1000])
    file = tmp_path / "uploads" / location.rpartition("/")[2]
    if left is None:
        file.unlink()
    else:
        file.write_bytes(left)
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        answer = wire.ask("PATCH", location, WHOLE[1000:])
        assert (404, "BLOB_UPLOAD_UNKNOWN") == (answer.status, answer.code)
        assert 404 == wire.ask("GET", location).status
        assert [] == list((tmp_path / "uploads").iterdir())


def test_an_upload_that_rested_too_long_is_dropped(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        old, new = wire.begin("a"), wire.begin("a")
        wire.ask("PATCH", old, WHOLE[:1000])
        wire.ask("PATCH", new, WHOLE[:1000])
    with closing(sqlite3.connect(tmp_path / "sealwright.db")) as database, database:
        database.execute(
            "UPDATE uploads SET touched = touched - :ago WHERE id = :id",
            {"ago": (limits.UPLOAD_SESSION_SECONDS + 1) * 1_000_000, "id": old.rpartition("/")[2]},
        )
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        until = time.monotonic() + 10
        while wire.ask("GET", old).status != 404 and time.monotonic() < until:
            time.sleep(0.01)
        assert [404, 204] == [wire.ask("GET", location).status for location in (old, new)]
        assert [new.rpartition("/")[2]] == [path.name for path in (tmp_path / "uploads").iterdir()]
