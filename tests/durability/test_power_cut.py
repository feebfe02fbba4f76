"""After a power cut everything that was acknowledged is there, and each flush is needed for that.

The service runs under strace while a client asks it for one thing after another. From the calls, the disk is
rebuilt as it may be after a power cut at any of them (`disk`), opened as a folder of the service, and held to
all that had been answered with success before.
"""

import json
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from durability.disk import CALLS, Call, Disk, calls
from peers import programs
from sealwright.digest import Digest
from sealwright.errors import SealwrightError
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.registry.actions.checking import check
from sealwright.service.registry.queries import blobs, manifests
from sealwright.service.storage import Storage
from world.killable import Killable
from world.wire import IMAGE, Answer, Wire

pytestmark = [pytest.mark.peer("strace"), pytest.mark.slow]

FLUSHES: Mapping[str, str] = {
    "arriving content": r"registry/uploads/.+",
    "the names of arriving content": r"registry/uploads",
    "the names of blobs": r"registry/blobs/sha256/..",
    "the folders of blobs": r"registry/blobs/sha256",
    "the folders of algorithms": r"registry/blobs",
    "the log of the database": r"registry/sealwright\.db-wal",
    "the database": r"registry/sealwright\.db",
    "the names in the folder": r"registry",
    "the name of the folder": r"",
}
"""What is flushed, by the paths below the folder that the service's own folder stands in."""

LARGE = 250_000
"""Size of the manifests that make the log of the database long enough to be written back."""


class Facts(NamedTuple):
    """What a client knows: blobs, tags with what they stand for (None: deleted), uploads with their bytes."""

    blobs: Mapping[Digest, bytes]
    tags: Mapping[str, bytes | None]
    uploads: Mapping[str, bytes]


class Recorded(NamedTuple):
    """A run: its calls, and what the client knew after each answer."""

    base: Path
    trace: list[Call]
    facts: list[Facts]


class _Client:
    """Asks for one thing after another, and writes down what it knows after each answer."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._blobs: dict[Digest, bytes] = {}
        self._tags: dict[str, bytes | None] = {}
        self._uploads: dict[str, bytes] = {}
        self.facts = [Facts({}, {}, {})]

    def _ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        headers = {"Content-Type": IMAGE} if "/manifests/" in path else {}
        answer = self._wire.ask(method, path, body, headers)
        assert answer.status in range(200, 300), answer
        return answer

    def _note(self) -> None:
        self.facts.append(Facts(dict(self._blobs), dict(self._tags), dict(self._uploads)))

    def blob(self, content: bytes) -> None:
        digest = Digest.of(content)
        self._ask("POST", f"/v2/a/blobs/uploads/?digest={digest}", content)
        self._blobs[digest] = content
        self._note()

    def chunks(self, *contents: bytes, end: bool) -> None:
        location = self._ask("POST", "/v2/a/blobs/uploads/").headers["location"]
        whole = b""
        self._uploads[location] = whole
        self._note()
        for content in contents:
            self._ask("PATCH", location, content)
            whole += content
            self._uploads[location] = whole
            self._note()
        if end:
            self._ask("PUT", f"{location}?digest={Digest.of(whole)}")
            del self._uploads[location]
            self._blobs[Digest.of(whole)] = whole
            self._note()

    def manifest(self, tag: str, size: int = 10) -> None:
        members = {"schemaVersion": 2, "mediaType": IMAGE, "layers": [], "annotations": {"a": tag * size}}
        content = json.dumps(members).encode()
        self._ask("PUT", f"/v2/a/manifests/{tag}", content)
        self._tags[tag] = content
        self._note()

    def delete(self, tag: str) -> None:
        self._ask("DELETE", f"/v2/a/manifests/{tag}")
        self._tags[tag] = None
        self._note()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    base = tmp_path_factory.mktemp("power")
    strace = programs.find("strace")
    assert strace is not None
    trace = tmp_path_factory.mktemp("trace") / "calls"
    watched = ["-f", "-y", "-xx", "-s", str(64 * 1024 * 1024), "-e", f"trace={CALLS}", "-o", str(trace)]
    with Killable(Settings(folder=str(base / "registry")), under=[strace, *watched]) as service:
        client = _Client(service.wire)
        client.blob(b"first")
        client.manifest("v1")
        client.chunks(b"one", b"two", end=True)
        client.chunks(b"three", b"four", end=False)
        client.blob(bytes(100_000))
        client.delete("v1")
        for number in range(16):
            client.manifest(str(number), LARGE)
            client.blob(f"blob {number}".encode())
        client.delete("3")
        client.chunks(b"five", end=True)
    return Recorded(base, list(calls(trace)), client.facts)


def acknowledgements(trace: list[Call]) -> Iterator[int]:
    """Where in the trace an answer of success begins to be sent."""
    for number, call in enumerate(trace):
        sent = b"".join(call.texts)
        if call.name in ("write", "writev", "sendto", "sendmsg") and re.match(rb"HTTP/1.1 2", sent):
            yield number


def lost(folder: Path, facts: Facts) -> list[str]:
    """What a client knows and the folder does not hold, after a server opened it."""
    try:
        storage = Storage.open(Settings(folder=str(folder / "registry")))
    except SealwrightError as error:
        return [str(error)]
    try:
        return [*_lost(storage, facts), *check(storage).problems]
    except Exception as error:  # noqa: BLE001  # whatever keeps the database from being read
        return [repr(error)]
    finally:
        storage.close()


def _lost(storage: Storage, facts: Facts) -> Iterator[str]:
    for digest, content in facts.blobs.items():
        if blobs.size(storage.database, "a", digest) != len(content):
            yield f"the blob {digest} is not shown"
        elif storage.blobs.read(digest, len(content) + 1) != content:
            yield f"the blob {digest} is another"
    for tag, manifest in facts.tags.items():
        found = manifests.body(storage.database, "a", tag)
        if (None if found is None else found.content) != manifest:
            yield f"the tag {tag} stands for something else"
    for location, received in facts.uploads.items():
        identifier = location.rpartition("/")[2]
        row = storage.database.row("SELECT received FROM uploads WHERE id = :id", id=identifier)
        if row is None or row[0] < len(received):
            yield f"the upload {identifier} has forgotten bytes"
        elif received:
            path = Path(storage.blobs.place) / "uploads" / identifier
            if not path.exists() or path.read_bytes()[: len(received)] != received:
                yield f"the upload {identifier} has lost bytes"


def cuts(
    recorded: Recorded, at: Callable[[int], bool], forgets: Callable[[str], bool] = lambda _path: False
) -> Iterator[tuple[Disk, Facts]]:
    """The disk, and what the client knew, at every call of which `at` says so by its number."""
    disk = Disk(recorded.base, forgets)
    answered = set(acknowledgements(recorded.trace))
    known = 0
    for number, call in enumerate(recorded.trace):
        if number in answered:
            known += 1
        if at(number):
            yield disk, recorded.facts[known]
        disk.apply(call)


def test_the_client_was_answered_as_often_as_it_notes(recorded: Recorded) -> None:
    assert len(recorded.facts) - 1 == len(list(acknowledgements(recorded.trace)))
    assert len(recorded.facts) > 45


def test_what_was_acknowledged_is_there_after_a_cut_at_any_answer(recorded: Recorded, tmp_path: Path) -> None:
    answered = set(acknowledgements(recorded.trace))
    for number, (disk, facts) in enumerate(cuts(recorded, answered.__contains__)):
        folder = tmp_path / str(number)
        folder.mkdir()
        disk.rebuild(folder)
        assert [] == lost(folder, facts)
        shutil.rmtree(folder)


@pytest.mark.parametrize("seed", range(int(os.environ.get("SEALWRIGHT_CUTS", "3"))))
def test_what_was_not_flushed_may_be_there_in_part(recorded: Recorded, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # repeated by its seed
    chosen = set(chance.sample(range(len(recorded.trace)), 60))
    for number, (disk, facts) in enumerate(cuts(recorded, chosen.__contains__)):
        if not facts.blobs:
            continue  # the folder is still being made
        folder = tmp_path / str(number)
        folder.mkdir()
        disk.rebuild(folder, chance)
        assert [] == lost_but_for_what_is_under_way(folder, facts, recorded)
        shutil.rmtree(folder)


def lost_but_for_what_is_under_way(folder: Path, facts: Facts, recorded: Recorded) -> list[str]:
    """The same, where the request after the last answer may have been done already."""
    after = recorded.facts[min(recorded.facts.index(facts) + 1, len(recorded.facts) - 1)]
    missed = lost(folder, facts)
    return lost(folder, after) if missed else []


@pytest.mark.parametrize("flush", FLUSHES)
def test_without_any_one_flush_something_is_lost(recorded: Recorded, tmp_path: Path, flush: str) -> None:
    path = re.compile(FLUSHES[flush])
    answered = set(acknowledgements(recorded.trace))
    for number, (disk, facts) in enumerate(
        cuts(recorded, answered.__contains__, lambda place: path.fullmatch(place) is not None)
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        disk.rebuild(folder)
        missed = lost(folder, facts) if (folder / "registry").exists() else ["the folder"]
        shutil.rmtree(folder)
        if missed:
            return
    pytest.fail(f"nothing needs that {flush} is flushed")


def test_nothing_else_is_flushed(recorded: Recorded) -> None:
    disk = Disk(recorded.base)
    for call in recorded.trace:
        disk.apply(call)
    others = {place for place in disk.flushed if not any(re.fullmatch(p, place) for p in FLUSHES.values())}
    assert {"registry/sealwright.db-journal"} == others  # SQLite's, of when the database was made
    assert {name for name, p in FLUSHES.items() if any(re.fullmatch(p, place) for place in disk.flushed)} == {
        *FLUSHES
    }
