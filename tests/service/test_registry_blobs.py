"""Blobs over HTTP: pulled in whole and in part, looked for, mounted, deleted."""

import http.client
import os
import random
import threading
from pathlib import Path

import pytest

from sealwright.digest import Digest
from world.registry import Registry
from world.wire import Wire

CONTENT = random.Random(1).randbytes(1_000_000)  # noqa: S311  # the same bytes each time
EMPTY = Digest.of(b"")


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_blob_comes_back_as_it_was_pushed(wire: Wire, name: str, algorithm: str) -> None:
    digest = wire.push_blob(name, CONTENT, algorithm)
    answer = wire.ask("GET", f"/v2/{name}/blobs/{digest}")
    assert (200, CONTENT) == (answer.status, answer.body)
    assert digest == answer.headers["docker-content-digest"]
    assert f'"{digest}"' == answer.headers["etag"]
    assert str(len(CONTENT)) == answer.headers["content-length"]
    assert "application/octet-stream" == answer.headers["content-type"]


def test_a_push_is_answered_with_where_the_blob_is(wire: Wire, name: str) -> None:
    digest = Digest.of(b"x")
    answer = wire.ask("POST", f"/v2/{name}/blobs/uploads/?digest={digest}", b"x")
    assert f"/v2/{name}/blobs/{digest}" == answer.headers["location"]
    assert digest == answer.headers["docker-content-digest"]


def test_head_tells_the_size_and_sends_nothing(wire: Wire, name: str) -> None:
    digest = wire.push_blob(name, CONTENT)
    answer = wire.ask("HEAD", f"/v2/{name}/blobs/{digest}", headers={"Range": "bytes=0-1"})
    assert (200, b"") == (answer.status, answer.body)
    assert str(len(CONTENT)) == answer.headers["content-length"]
    assert digest == answer.headers["docker-content-digest"]


def test_an_empty_blob_is_a_blob(wire: Wire, name: str) -> None:
    assert EMPTY == wire.push_blob(name, b"")
    answer = wire.ask("GET", f"/v2/{name}/blobs/{EMPTY}")
    assert (200, b"", "0") == (answer.status, answer.body, answer.headers["content-length"])


@pytest.mark.parametrize(
    ("header", "first", "end"),
    [("bytes=0-0", 0, 1), ("bytes=500000-", 500_000, 1_000_000), ("bytes=-7", 999_993, 1_000_000)],
)
def test_a_part_of_a_blob_can_be_pulled(wire: Wire, name: str, header: str, first: int, end: int) -> None:
    digest = wire.push_blob(name, CONTENT)
    answer = wire.ask("GET", f"/v2/{name}/blobs/{digest}", headers={"Range": header})
    assert (206, CONTENT[first:end]) == (answer.status, answer.body)
    assert f"bytes {first}-{end - 1}/1000000" == answer.headers["content-range"]


def test_a_part_that_is_not_there_is_refused_with_the_size(wire: Wire, name: str) -> None:
    digest = wire.push_blob(name, CONTENT)
    answer = wire.ask("GET", f"/v2/{name}/blobs/{digest}", headers={"Range": "bytes=1000000-"})
    assert (416, "RANGE_INVALID") == (answer.status, answer.code)
    assert "bytes */1000000" == answer.headers["content-range"]


def test_a_part_of_another_blob_is_not_sent(wire: Wire, name: str) -> None:
    digest = wire.push_blob(name, CONTENT)
    headers = {"Range": "bytes=0-1", "If-Range": f'"{EMPTY}"'}
    assert 200 == wire.ask("GET", f"/v2/{name}/blobs/{digest}", headers=headers).status
    headers["If-Range"] = f'"{digest}"'
    assert 206 == wire.ask("GET", f"/v2/{name}/blobs/{digest}", headers=headers).status


def test_what_the_client_has_is_not_sent_again(wire: Wire, name: str) -> None:
    digest = wire.push_blob(name, b"x")
    answer = wire.ask("GET", f"/v2/{name}/blobs/{digest}", headers={"If-None-Match": f'"a", W/"{digest}"'})
    assert (304, b"") == (answer.status, answer.body)


def test_a_deleted_blob_is_gone_at_once_from_that_repository_only(wire: Wire, name: str) -> None:
    digest = wire.push_blob(name, b"shared")
    wire.push_blob(f"{name}/other", b"shared")
    assert 202 == wire.ask("DELETE", f"/v2/{name}/blobs/{digest}").status
    assert 404 == wire.ask("HEAD", f"/v2/{name}/blobs/{digest}").status
    assert "BLOB_UNKNOWN" == wire.ask("DELETE", f"/v2/{name}/blobs/{digest}").code
    assert b"shared" == wire.ask("GET", f"/v2/{name}/other/blobs/{digest}").body


def test_a_deleted_blob_can_be_pushed_again(wire: Wire, name: str) -> None:
    digest = wire.push_blob(name, b"again")
    wire.ask("DELETE", f"/v2/{name}/blobs/{digest}")
    wire.push_blob(name, b"again")
    assert b"again" == wire.ask("GET", f"/v2/{name}/blobs/{digest}").body


@pytest.mark.parametrize("origin", ["&from={name}/source", ""])
def test_a_blob_can_be_mounted(wire: Wire, name: str, origin: str) -> None:
    digest = wire.push_blob(f"{name}/source", name.encode())
    query = f"?mount={digest}{origin.format(name=name)}"
    answer = wire.ask("POST", f"/v2/{name}/target/blobs/uploads/{query}")
    assert (201, digest) == (answer.status, answer.headers["docker-content-digest"])
    assert name.encode() == wire.ask("GET", answer.headers["location"]).body


def test_a_mount_from_where_the_blob_is_not_begins_an_upload(wire: Wire, name: str) -> None:
    digest = wire.push_blob(f"{name}/source", name.encode())
    for query in (f"?mount={digest}&from={name}/empty", f"?mount={Digest.of(b'never pushed')}"):
        answer = wire.ask("POST", f"/v2/{name}/target/blobs/uploads/{query}")
        assert 202 == answer.status
        assert 204 == wire.ask("GET", answer.headers["location"]).status
    assert 404 == wire.ask("HEAD", f"/v2/{name}/target/blobs/{digest}").status


def test_a_deleted_blob_cannot_be_mounted(wire: Wire, name: str) -> None:
    digest = wire.push_blob(name, name.encode())
    wire.ask("DELETE", f"/v2/{name}/blobs/{digest}")
    assert 202 == wire.ask("POST", f"/v2/{name}/target/blobs/uploads/?mount={digest}").status


def test_pushing_one_blob_many_times_at_once_stores_it_once(
    wire: Wire, name: str, registry: Registry
) -> None:
    answers = []
    digest = Digest.of(CONTENT)

    def push(number: int) -> None:
        location = wire.begin(f"{name}/{number % 3}")
        answers.append(wire.ask("PUT", f"{location}?digest={digest}", CONTENT).status)

    threads = [threading.Thread(target=push, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [201] * 12 == answers
    for number in range(3):
        assert CONTENT == wire.ask("GET", f"/v2/{name}/{number}/blobs/{digest}").body
    assert [] == list((registry.folder / "uploads").iterdir())


def test_a_blob_whose_file_is_lost_is_an_error_and_not_an_empty_answer(
    wire: Wire, name: str, registry: Registry
) -> None:
    digest = wire.push_blob(name, name.encode())
    file_of(registry.folder, digest).unlink()
    assert (503, "UNAVAILABLE") == (
        (answer := wire.ask("GET", f"/v2/{name}/blobs/{digest}")).status,
        answer.code,
    )


def test_a_blob_whose_file_is_cut_short_is_not_passed_off_as_whole(
    wire: Wire, name: str, registry: Registry
) -> None:
    digest = wire.push_blob(name, name.encode() * 10_000)
    file = file_of(registry.folder, digest)
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(http.client.IncompleteRead):
        wire.ask("GET", f"/v2/{name}/blobs/{digest}")


def test_a_client_that_hangs_up_while_pulling_harms_nobody(wire: Wire, name: str) -> None:
    digest = wire.push_blob(name, CONTENT * 50)
    for _ in range(3):
        with wire.raw() as connection:
            connection.sendall(f"GET /v2/{name}/blobs/{digest} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK")
    assert 200 == wire.ask("HEAD", f"/v2/{name}/blobs/{digest}").status


def file_of(folder: Path, digest: Digest) -> Path:
    return folder / "blobs" / digest.algorithm / digest.encoded[:2] / digest.encoded
