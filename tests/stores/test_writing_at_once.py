"""Twenty programs that write signatures of one image, and programs that are killed while they write."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sealwright.digest import Digest
from sealwright.stores.lookaside import LookasideStore
from sealwright.transport.client import Transport
from world import simple
from world.simple_stores import contents, finished, subject

DIGEST = Digest.of(b"manifest")
ABOUT = subject(DIGEST)
FOLDER = f"ns/app@sha256={DIGEST.encoded}"

PROGRAM = """
import itertools, sys
from pathlib import Path
from sealwright.stores.numbered_files import NumberedFiles
folder, endless, *parts = sys.argv[1:]
files = NumberedFiles(Path(folder))
numbers = itertools.count() if endless == "endless" else range(1)
print("ready", flush=True)
sys.stdin.readline()
for number in numbers:
    for part in parts:
        content = bytes.fromhex(part)
        if endless == "endless":
            content = content * 200_000 + str(number).encode()
        print(files.append(content), flush=True)
"""


def no_transport() -> Transport:
    raise AssertionError("a folder needs no HTTP")


def store(folder: Path) -> LookasideStore:
    base = folder.as_uri()
    return LookasideStore("h.example", "ns/app", reads=base, writes=base, transport=no_transport)


def started(folder: Path, *contents: bytes, mode: str = "once") -> "subprocess.Popen[str]":
    """A program that will write, once it is told to."""
    made = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder / FOLDER), mode, *(one.hex() for one in contents)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert made.stdout is not None
    assert "ready\n" == made.stdout.readline()
    return made


def test_twenty_writers_lose_nothing_and_leave_no_gap(tmp_path: Path) -> None:
    shared = simple.signed(DIGEST)
    own = [[simple.signed(DIGEST) for _ in range(3)] for _ in range(20)]
    programs = [started(tmp_path, *some, shared) for some in own]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    told = [program.communicate(timeout=60)[0].split() for program in programs]
    assert {0} == {program.returncode for program in programs}
    assert {4} == {len(paths) for paths in told}
    assert [Path(path).read_bytes() for paths in told for path in paths] == [
        content for some in own for content in (*some, shared)
    ]
    found = contents(store(tmp_path), ABOUT)
    assert sorted({content for some in own for content in some} | {shared}) == sorted(set(found))
    assert len(set(found)) == len(found) == 61
    assert {f"signature-{number}" for number in range(1, 62)} == {
        path.name for path in (tmp_path / FOLDER).iterdir()
    }


def test_a_writer_that_is_killed_leaves_whole_signatures_alone(tmp_path: Path) -> None:
    seed = random.Random(1)  # noqa: S311  # a seed repeats it
    first = simple.signed(DIGEST)
    store(tmp_path).add(ABOUT, finished(first))
    filler = bytes(200_000)
    for _ in range(10):
        program = started(tmp_path, b"\0", mode="endless")
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
        time.sleep(seed.uniform(0.001, 0.03))
        program.send_signal(signal.SIGKILL)
        program.communicate(timeout=30)
    kept = sorted(path for path in (tmp_path / FOLDER).iterdir() if not path.name.startswith("."))
    assert {f"signature-{number}" for number in range(1, len(kept) + 1)} == {path.name for path in kept}
    assert first == (tmp_path / FOLDER / "signature-1").read_bytes()
    assert all(path.read_bytes().startswith(filler) for path in kept if path.name != "signature-1")
    last = simple.signed(DIGEST)
    store(tmp_path).add(ABOUT, finished(last))
    assert [first, last] == contents(store(tmp_path), ABOUT)
