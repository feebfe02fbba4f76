"""The state machine of an upload, step by step, and what is left when it breaks off."""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from sealwright import limits
from sealwright.digest import Digest
from world.registry import Registry
from world.wire import Answer, Wire

CHUNKS = (b"a" * 1000, b"b" * 2000, b"c" * 500)
WHOLE = b"".join(CHUNKS)
DIGEST = Digest.of(WHOLE)


def patch(wire: Wire, location: str, chunk: bytes, where: str | None = None) -> Answer:
    return wire.ask("PATCH", location, chunk, {} if where is None else {"Content-Range": where})


def finish(wire: Wire, location: str, digest: Digest = DIGEST, last: bytes = b"", where: str = "") -> Answer:
    headers = {"Content-Range": where} if where else {}
    return wire.ask("PUT", f"{location}?digest={digest}", last, headers)


def stands(wire: Wire, location: str) -> str:
    answer = wire.ask("GET", location)
    assert (204, location) == (answer.status, answer.headers["location"])
    return answer.headers["range"]


def leftovers(registry: Registry) -> list[str]:
    return [path.name for path in (registry.folder / "uploads").iterdir()]


def until_left(registry: Registry, count: int) -> None:
    """Wait until the server has noticed that a client is gone."""
    until = time.monotonic() + 10
    while len(leftovers(registry)) != count and time.monotonic() < until:
        time.sleep(0.01)
    assert count == len(leftovers(registry))


def test_a_begun_upload_says_where_it_stands(wire: Wire, name: str) -> None:
    answer = wire.ask("POST", f"/v2/{name}/blobs/uploads/")
    assert (202, "0-0") == (answer.status, answer.headers["range"])
    assert answer.headers["location"] == f"/v2/{name}/blobs/uploads/{answer.headers['docker-upload-uuid']}"
    assert "0-0" == stands(wire, answer.headers["location"])


def test_chunks_in_order_make_a_blob(wire: Wire, name: str) -> None:
    location = wire.begin(name)
    at = 0
    for chunk in CHUNKS:
        answer = patch(wire, location, chunk, f"{at}-{at + len(chunk) - 1}")
        at += len(chunk)
        assert (202, f"0-{at - 1}") == (answer.status, answer.headers["range"])
        assert f"0-{at - 1}" == stands(wire, location)
    answer = finish(wire, location)
    assert (201, f"/v2/{name}/blobs/{DIGEST}") == (answer.status, answer.headers["location"])
    assert WHOLE == wire.ask("GET", answer.headers["location"]).body
    assert "BLOB_UPLOAD_UNKNOWN" == finish(wire, location).code


def test_the_last_chunk_may_come_with_the_end(wire: Wire, name: str) -> None:
    location = wire.begin(name)
    patch(wire, location, CHUNKS[0] + CHUNKS[1], "0-2999")
    assert 201 == finish(wire, location, last=CHUNKS[2], where="3000-3499").status
    assert WHOLE == wire.ask("GET", f"/v2/{name}/blobs/{DIGEST}").body


def test_a_stream_without_length_and_range_is_taken(wire: Wire, name: str) -> None:
    location = wire.begin(name)
    answer = wire.ask("PATCH", location, iter(CHUNKS))
    assert (202, "0-3499") == (answer.status, answer.headers["range"])
    assert 201 == finish(wire, location).status


@pytest.mark.parametrize(
    "where", ["0-999", "999-1998", "1001-2000", "1000-1998", "1000-2000", "2000-1000", "bytes 1000-1999", "x"]
)
def test_a_chunk_out_of_place_changes_nothing(wire: Wire, name: str, where: str) -> None:
    location = wire.begin(name)
    patch(wire, location, CHUNKS[0], "0-999")
    for answer in (
        patch(wire, location, b"x" * 1000, where),
        finish(wire, location, last=b"x" * 1000, where=where),
    ):
        assert (416, "RANGE_INVALID") == (answer.status, answer.code)
        assert (location, "0-999") == (answer.headers["location"], answer.headers["range"])
    assert "0-999" == stands(wire, f"{location}")
    assert 201 == finish(wire, location, last=WHOLE[1000:], where="1000-3499").status


def test_a_stream_that_is_not_as_long_as_its_range_changes_nothing(wire: Wire, name: str) -> None:
    location = wire.begin(name)
    answer = wire.ask("PATCH", location, iter(CHUNKS), {"Content-Range": "0-9999"})
    assert (416, "RANGE_INVALID", "0-0") == (answer.status, answer.code, answer.headers["range"])
    assert 202 == patch(wire, location, WHOLE, "0-3499").status
    assert 201 == finish(wire, location).status


def test_the_state_can_be_asked_for_where_the_end_was_refused(wire: Wire, name: str) -> None:
    location = wire.begin(name)
    assert 416 == finish(wire, location, last=b"x", where="5-5").status
    assert 204 == wire.ask("GET", f"{location}?digest={DIGEST}").status


@pytest.mark.parametrize("announced", ["", "?digest-algorithm=sha512", "?digest-algorithm=sha256"])
@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("parts", [1, 3])
def test_any_algorithm_may_end_an_upload_announced_or_not(
    wire: Wire, name: str, announced: str, algorithm: str, parts: int
) -> None:
    location = wire.begin(name, announced)
    for chunk in CHUNKS if parts > 1 else ():
        patch(wire, location, chunk)
    digest = Digest.of(WHOLE, algorithm)
    answer = finish(wire, location, digest, last=b"" if parts > 1 else WHOLE)
    assert (201, digest) == (answer.status, answer.headers["docker-content-digest"])
    assert WHOLE == wire.ask("GET", answer.headers["location"]).body


def test_an_unknown_algorithm_is_refused(wire: Wire, name: str) -> None:
    for query in ("?digest-algorithm=md5", "?digest=md5:00", "?mount=sha256:00"):
        answer = wire.ask("POST", f"/v2/{name}/blobs/uploads/{query}")
        assert (400, "DIGEST_INVALID") == (answer.status, answer.code)


def test_an_end_without_a_digest_leaves_the_upload_as_it_is(wire: Wire, name: str) -> None:
    location = wire.begin(name)
    patch(wire, location, WHOLE)
    for query in ("", "?digest=", "?digest=sha256:12"):
        answer = wire.ask("PUT", f"{location}{query}", b"")
        assert (400, "DIGEST_INVALID") == (answer.status, answer.code)
    assert 201 == finish(wire, location).status


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_digest_that_lies_ends_the_upload_and_leaves_nothing(
    wire: Wire, name: str, registry: Registry, algorithm: str
) -> None:
    before = leftovers(registry)
    lie = Digest.of(b"something else", algorithm)
    location = wire.begin(name)
    patch(wire, location, WHOLE)
    answer = finish(wire, location, lie)
    assert (400, "DIGEST_INVALID") == (answer.status, answer.code)
    assert 404 == wire.ask("GET", location).status
    answer = wire.ask("POST", f"/v2/{name}/blobs/uploads/?digest={lie}", WHOLE)
    assert (400, "DIGEST_INVALID") == (answer.status, answer.code)
    assert 404 == wire.ask("HEAD", f"/v2/{name}/blobs/{lie}").status
    assert 404 == wire.ask("GET", f"/v2/{name}/tags/list").status
    assert before == leftovers(registry)


def test_a_cancelled_upload_is_gone(wire: Wire, name: str, registry: Registry) -> None:
    before = leftovers(registry)
    location = wire.begin(name)
    patch(wire, location, WHOLE)
    assert 204 == wire.ask("DELETE", location).status
    for method in ("GET", "PATCH", "DELETE"):
        assert "BLOB_UPLOAD_UNKNOWN" == wire.ask(method, location).code
    assert before == leftovers(registry)


def test_an_upload_belongs_to_its_repository(wire: Wire, name: str) -> None:
    location = wire.begin(name)
    elsewhere = location.replace(f"/v2/{name}/", f"/v2/{name}/other/")
    for method in ("GET", "PATCH", "PUT", "DELETE"):
        answer = wire.ask(method, f"{elsewhere}?digest={DIGEST}")
        assert (404, "BLOB_UPLOAD_UNKNOWN") == (answer.status, answer.code)
    assert "0-0" == stands(wire, location)


def half_sent(wire: Wire, method: str, path: str, announced: int, sent: bytes) -> socket.socket:
    """A request whose body does not come to its end."""
    connection = wire.raw()
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {announced}\r\n\r\n"
    connection.sendall(head.encode() + sent)
    return connection


def test_a_client_that_hangs_up_in_a_push_leaves_nothing(wire: Wire, name: str, registry: Registry) -> None:
    before = len(leftovers(registry))
    with half_sent(wire, "POST", f"/v2/{name}/blobs/uploads/?digest={DIGEST}", len(WHOLE), WHOLE[:-1]):
        until_left(registry, before + 1)
    until_left(registry, before)
    assert 404 == wire.ask("HEAD", f"/v2/{name}/blobs/{DIGEST}").status


def test_a_chunk_that_breaks_off_is_taken_back(wire: Wire, name: str, registry: Registry) -> None:
    location = wire.begin(name)
    patch(wire, location, CHUNKS[0])
    file = registry.folder / "uploads" / location.rpartition("/")[2]
    with half_sent(wire, "PATCH", location, 2000, b"x" * 1500):
        until = time.monotonic() + 10
        while file.stat().st_size < 2500 and time.monotonic() < until:
            time.sleep(0.01)
        assert 2500 == file.stat().st_size
        assert "0-999" == stands(wire, location)
    while file.stat().st_size > 1000 and time.monotonic() < until:
        time.sleep(0.01)
    assert 201 == finish(wire, location, last=WHOLE[1000:]).status
    assert WHOLE == wire.ask("GET", f"/v2/{name}/blobs/{DIGEST}").body


def test_an_upload_takes_one_request_at_a_time(wire: Wire, name: str, registry: Registry) -> None:
    location = wire.begin(name)
    with half_sent(wire, "PATCH", location, 1000, b"a" * 500) as connection:
        file = registry.folder / "uploads" / location.rpartition("/")[2]
        until = time.monotonic() + 10
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.01)
        for method in ("PATCH", "PUT", "DELETE"):
            answer = wire.ask(method, f"{location}?digest={DIGEST}", b"")
            assert (409, "BLOB_UPLOAD_INVALID") == (answer.status, answer.code)
        connection.sendall(b"a" * 500)
        assert connection.recv(1000).startswith(b"HTTP/1.1 202 ")
    assert "0-999" == stands(wire, location)


def test_a_slow_push_keeps_nobody_waiting(wire: Wire, name: str) -> None:
    answers = []

    def slowly() -> Iterator[bytes]:
        for chunk in CHUNKS:
            yield chunk
            time.sleep(0.1)

    def push() -> None:
        path = f"/v2/{name}/blobs/uploads/?digest={DIGEST}"
        answers.append(wire.ask("POST", path, slowly()).status)

    thread = threading.Thread(target=push)
    thread.start()
    while thread.is_alive():
        began = time.monotonic()
        assert 200 == wire.ask("GET", "/v2/").status
        assert time.monotonic() - began < 1
        time.sleep(0.02)
    thread.join()
    assert [201] == answers


def test_a_blob_that_would_be_too_large_is_refused_before_it_is_sent(wire: Wire, name: str) -> None:
    path = f"/v2/{name}/blobs/uploads/?digest={DIGEST}"
    with half_sent(wire, "POST", path, 2**50, b"") as connection:
        answer = connection.recv(2000)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"SIZE_INVALID" in answer


def test_uploads_that_were_begun_are_bounded(wire: Wire, registry: Registry, name: str) -> None:
    row = "INSERT INTO uploads VALUES (?, 'many', 'sha256', 0, ?, ?)"
    at = time.time_ns() // 1000
    with closing(sqlite3.connect(registry.folder / "sealwright.db")) as database, database:
        database.executemany(row, [(str(number), at, at) for number in range(limits.UPLOAD_SESSIONS)])
    answer = wire.ask("POST", f"/v2/{name}/blobs/uploads/")
    assert (429, "TOOMANYREQUESTS", "1") == (answer.status, answer.code, answer.headers["retry-after"])
    with closing(sqlite3.connect(registry.folder / "sealwright.db")) as database, database:
        database.execute("DELETE FROM uploads WHERE repository = 'many'")
    wire.begin(name)
