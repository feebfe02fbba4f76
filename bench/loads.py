"""What the registries are given to do, and what it costs them: processor time of the server, and the clock.

Processor time is the kernel's clock of the process, user and system, of all its threads and of its children,
in nanoseconds: the same account as in /proc/PID/stat, which rounds it to ticks.
"""

import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple, Self

from sides import Side

WRK = shutil.which("wrk")
LOADER = "wrk -t 1 -c 16" if WRK else "one connection of Python's http.client, since wrk is not there"
_ANSWERED = re.compile(r"(\d+) requests in")


class Cost(NamedTuple):
    """Of one unit of work: seconds of the server's processor, and seconds by the clock."""

    processor: float
    clock: float


def processor(pid: int) -> float:
    """Seconds of processor that a process and its children have had; those that ended do not count."""
    seconds = time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3)
    for task in Path(f"/proc/{pid}/task").iterdir():
        seconds += sum(processor(int(child)) for child in (task / "children").read_text().split())
    return seconds


def cost(pid: int, work: Callable[[], int]) -> Cost:
    """Work, and what each unit of it cost the server; `work` gives how many units there were."""
    os.sync()  # nobody pays for what was written before
    before, start = processor(pid), time.perf_counter()
    units = work()
    clock = time.perf_counter() - start
    return Cost((processor(pid) - before) / units, clock / units)


class Blob(NamedTuple):
    """A file, and its digest."""

    path: Path
    digest: str

    @classmethod
    def of(cls, path: Path, content: bytes) -> Self:
        """One with that content."""
        path.write_bytes(content)
        return cls(path, f"sha256:{hashlib.sha256(content).hexdigest()}")

    @classmethod
    def random(cls, path: Path, size: int) -> Self:
        """One of so many bytes."""
        return cls.of(path, os.urandom(size))

    def changed(self) -> Self:
        """The same file with other bytes at its beginning."""
        with self.path.open("r+b") as file:
            file.write(os.urandom(32))
        with self.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        return self._replace(digest=f"sha256:{found}")


def curl(side: Side, *arguments: str) -> str:
    """Run curl with what requests to this side must carry; gives the status and what it was asked for."""
    return _ended(begun(side, *arguments))


def begun(side: Side, *arguments: str) -> "subprocess.Popen[str]":
    headers = [word for name, value in side.headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["curl", "-sS", "--fail", "-o", "/dev/null", "-H", "Expect:", *headers, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _ended(process: "subprocess.Popen[str]") -> str:
    output, _ = process.communicate()
    assert process.returncode == 0, process.args
    return output


def pull(side: Side, repository: str, digest: str) -> None:
    """GET a blob and throw it away."""
    curl(side, f"{side.url}/v2/{repository}/blobs/{digest}")


def push(side: Side, repository: str, blobs: Sequence[Blob]) -> None:
    """POST, then PUT all of it in one request; several blobs at the same time."""
    places = [
        curl(side, "-X", "POST", "-w", "%header{location}", f"{side.url}/v2/{repository}/blobs/uploads/")
        for _ in blobs
    ]
    running = []
    for blob, place in zip(blobs, places, strict=True):
        url = place if place.startswith("http") else side.url + place
        url += f"{'&' if '?' in url else '?'}digest={blob.digest}"
        kind = "Content-Type: application/octet-stream"
        running.append(begun(side, "-H", kind, "-T", str(blob.path), url))
    for process in running:
        _ended(process)


def requests(side: Side, path: str, seconds: float) -> int:
    """Ask for one thing as often as it can be had (`LOADER`); gives how many answers there were."""
    if WRK is None:
        return _one_by_one(side, path, seconds)
    headers = [word for name, value in side.headers.items() for word in ("-H", f"{name}: {value}")]
    command = [WRK, "-t1", "-c16", "--timeout", "30s", "-d", f"{seconds:g}s", *headers, side.url + path]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    answered = _ANSWERED.search(said)
    assert answered is not None, said
    return int(answered[1])


def _one_by_one(side: Side, path: str, seconds: float) -> int:
    """What wrk does, over one connection and without haste."""
    until, answered = time.perf_counter() + seconds, 0
    with closing(HTTPConnection(side.address)) as connection:
        while time.perf_counter() < until:
            connection.request("GET", path, headers=dict(side.headers))
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            answered += 1
    return answered


def put(side: Side, path: str, body: bytes, kind: str) -> str:
    """PUT a manifest; gives its digest."""
    with closing(HTTPConnection(side.address)) as connection:
        connection.request("PUT", path, body, {"Content-Type": kind, **side.headers})
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 201, (answer.status, said)
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def got(side: Side, path: str) -> bytes:
    """GET something small."""
    with closing(HTTPConnection(side.address)) as connection:
        connection.request("GET", path, headers=dict(side.headers))
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (answer.status, body)
    return body
