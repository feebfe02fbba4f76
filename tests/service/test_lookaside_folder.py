"""A folder of signatures over HTTP: what is a signature in it is given out, and nothing else."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.service import checking
from sealwright.service.configuration import Configuration
from sealwright.service.serving import Server
from world.registry import Registry
from world.wire import Wire

HEX = "ab" * 32
CONTENT = b"\x90a signature"


def sharing(folder: Path, host: str = "127.0.0.1") -> Configuration:
    usual = Configuration.on(folder.parent / "never", host)
    return msgspec.structs.replace(
        usual, server=msgspec.structs.replace(usual.server, lookaside_only=str(folder))
    )


@pytest.fixture
def store(tmp_path: Path) -> Path:
    place = tmp_path / "store" / "ns" / f"app@sha256={HEX}"
    place.mkdir(parents=True)
    (place / "signature-1").write_bytes(CONTENT)
    return tmp_path / "store"


@pytest.fixture
def wire(store: Path) -> Iterator[Wire]:
    with Registry(sharing(store)) as running:
        yield Wire(running.address)


def path(number: int = 1) -> str:
    return f"/ns/app@sha256={HEX}/signature-{number}"


def test_a_signature_is_sent_as_bytes(wire: Wire, store: Path) -> None:
    answer, head = wire.ask("GET", path()), wire.ask("HEAD", path())
    assert (200, CONTENT, "application/octet-stream", "nosniff") == (
        answer.status,
        answer.body,
        answer.headers["content-type"],
        answer.headers["x-content-type-options"],
    )
    assert (200, b"", str(len(CONTENT))) == (head.status, head.body, head.headers["content-length"])
    assert 304 == wire.ask("GET", path(), headers={"If-None-Match": answer.headers["etag"]}).status
    assert not (store.parent / "never").exists()


@pytest.mark.parametrize(
    "form", ["//ns/app@sha256={hex}/signature-1", "/ns//app%40sha256%3D{hex}///signature-1"]
)
def test_slashes_in_a_row_count_as_one(wire: Wire, form: str) -> None:
    assert (200, CONTENT) == wire.ask("GET", form.format(hex=HEX))[::2]


def test_every_layout_is_served_as_it_lies_there(wire: Wire, store: Path) -> None:
    for place in (f"sha256={HEX}", f"host:5000/ns/app@sha256:{HEX}"):
        (store / place).mkdir(parents=True)
        (store / place / "signature-1").write_bytes(place.encode())
        assert (200, place.encode()) == wire.ask("GET", f"/{place}/signature-1")[::2]


def test_the_list_ends_with_the_first_number_that_is_missing(wire: Wire, store: Path) -> None:
    (store / path(2).removeprefix("/")).write_bytes(b"\x90second")
    assert [200, 200, 404] == [wire.ask("GET", path(number)).status for number in (1, 2, 3)]


@pytest.mark.parametrize(
    "odd",
    [
        "/",
        "/ns",
        "/ns/",
        "/ns/app@sha256={hex}",
        "/ns/app@sha256={hex}/",
        "/ns/app@sha256={hex}/signature-0",
        "/ns/app@sha256={hex}/signature-1/",
        "/ns/app@sha256={hex}/signature-1/signature-1",
        "/ns/app@sha256={hex}/signature-1.bak",
        "/ns/app@sha256={hex}/.signature-1",
        "/secret",
        "/.hidden/signature-1",
        "/../signature-1",
        "/%2e%2e/signature-1",
        "/ns/../../signature-1",
        "/ns/..%2f..%2fsignature-1",
        "/ns/%00/signature-1",
        "/leads-out/signature-1",
        "/out/signature-1",
        "/loop/signature-1",
        "/shown/signature-1",
        "/" + "x" * 300 + "/signature-1",
        "/" + "a/" * 100 + "signature-1",
    ],
)
def test_nothing_else_is_given_out(wire: Wire, store: Path, odd: str) -> None:
    (store.parent / "signature-1").write_bytes(b"it lies outside")
    (store / "secret").write_bytes(b"of another kind")
    (store / ".hidden").mkdir()
    (store / ".hidden" / "signature-1").write_bytes(b"begins with a dot")
    (store / "leads-out").mkdir()
    (store / "leads-out" / "signature-1").symlink_to(store.parent / "signature-1")
    (store / "out").symlink_to(store.parent)
    (store / "loop").symlink_to("loop")
    (store / "shown").symlink_to(".hidden")
    answer = wire.ask("GET", odd.format(hex=HEX))
    assert (404, "application/json") == (answer.status, answer.headers["content-type"])
    for content in (b"it lies outside", b"of another kind", b"begins with a dot", CONTENT):
        assert content not in answer.body


def test_links_inside_of_the_folder_are_followed(wire: Wire, store: Path) -> None:
    (store / "other").symlink_to("ns")
    assert (200, CONTENT) == wire.ask("GET", path().replace("/ns/", "/other/"))[::2]


@pytest.mark.parametrize("kind", ["folder", "pipe", "empty", "large"])
def test_what_is_there_and_is_no_signature_is_a_failure_and_no_end(
    wire: Wire, store: Path, kind: str
) -> None:
    place = store / path(2).removeprefix("/")
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.touch()
        os.truncate(place, limits.SIMPLE_SIGNATURE_BYTES + 1 if kind == "large" else 0)
    answer = wire.ask("GET", path(2))
    assert (500, "service.signature-file-unusable") == (
        answer.status,
        answer.json["errors"][0]["detail"]["reason"],
    )


def test_the_largest_signature_is_given_out(wire: Wire, store: Path) -> None:
    os.truncate(store / path().removeprefix("/"), limits.SIMPLE_SIGNATURE_BYTES)
    assert limits.SIMPLE_SIGNATURE_BYTES == len(wire.ask("GET", path()).body)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_changed(wire: Wire, store: Path, method: str) -> None:
    answer = wire.ask(method, path())
    assert (405, "GET, HEAD") == (answer.status, answer.headers["allow"])
    assert CONTENT == (store / path().removeprefix("/")).read_bytes()


def test_what_it_says_when_it_starts_is_that_all_may_read(store: Path) -> None:
    with Registry(sharing(store)) as running:
        assert [
            f"serving {store} at http://{running.address}",
            "signatures only: anyone who reaches this address may read them",
        ] == running.announced


def test_others_may_reach_it_since_it_holds_nothing_but_signatures(store: Path) -> None:
    server = Server(sharing(store, "0.0.0.0"), print)  # noqa: S104  # what is looked for
    server.close()


@pytest.mark.parametrize("kind", ["absent", "file"])
def test_a_folder_that_cannot_be_shared_is_told_at_once(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "x"
    if kind == "file":
        place.touch()
    with pytest.raises(StorageError) as caught:
        Server(sharing(place), print)
    assert "service.folder-unshareable" == caught.value.code
    (problem,) = checking.problems(sharing(place), print)
    assert "service.folder-unshareable" == problem.code


def test_the_command_checks_what_it_would_share(store: Path) -> None:
    command = [sys.executable, "-m", "sealwright", "serve", "--lookaside-only", str(store), "--check-config"]
    done = subprocess.run([*command, "--port", "0"], capture_output=True, text=True, check=False, timeout=60)
    assert (0, "") == (done.returncode, done.stderr)
    assert f"signatures: {store}" in done.stdout
