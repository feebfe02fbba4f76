"""Clients that want harm, and clients that are only strange."""

import json
import socket
import threading
from contextlib import closing
from pathlib import Path

import pytest

from sealwright import limits, media_types
from sealwright.digest import Digest
from world.registry import Registry
from world.wire import Wire

CONTENT = json.dumps({"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX, "manifests": []}).encode()


def answer_to(wire: Wire, request: bytes) -> bytes:
    """Everything that the server sends until it hangs up or five seconds pass."""
    with closing(wire.raw()) as connection:
        connection.settimeout(5)
        connection.sendall(request)
        return read_all(connection)


def read_all(connection: socket.socket) -> bytes:
    answer = b""
    try:
        while piece := connection.recv(65536):
            answer += piece
    except (TimeoutError, ConnectionResetError):
        pass
    return answer


def test_a_huge_manifest_is_refused_before_it_is_sent(wire: Wire, name: str) -> None:
    head = f"PUT /v2/{name}/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: {2**40}\r\n\r\n"
    with closing(wire.raw()) as connection:
        connection.sendall(head.encode() + b"x" * 1000)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"SIZE_INVALID" in answer
    assert b"connection: close" in answer.lower()


def test_a_client_that_sends_a_huge_manifest_anyway_finds_the_answer(wire: Wire, name: str) -> None:
    answer = wire.ask("PUT", f"/v2/{name}/manifests/v1", b" " * (limits.MANIFEST_BYTES + 1_000_000))
    assert (413, "SIZE_INVALID") == (answer.status, answer.code)


def test_a_manifest_without_end_is_read_no_further_than_the_limit(wire: Wire, name: str) -> None:
    sent = 0
    with closing(wire.raw()) as connection:
        connection.settimeout(5)
        head = f"PUT /v2/{name}/manifests/v1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode())
        piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
        try:
            while sent < 2**30:
                connection.sendall(piece)
                sent += len(piece)
        except (ConnectionError, TimeoutError):
            pass
    assert sent < limits.MANIFEST_BYTES + limits.REFUSED_BODY_BYTES + 16 * 1024 * 1024


def test_a_client_that_waits_to_be_told_to_send_is_told_not_to(wire: Wire, name: str) -> None:
    head = (
        f"PUT /v2/{name}/manifests/v1 HTTP/1.1\r\nHost: x\r\n"
        f"Content-Length: {2**40}\r\nExpect: 100-continue\r\n\r\n"
    )
    answer = answer_to(wire, head.encode())
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_client_that_waits_to_be_told_to_send_is_told_to(wire: Wire, name: str) -> None:
    head = (
        f"PUT /v2/{name}/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: {media_types.IMAGE_INDEX}\r\n"
        f"Content-Length: {len(CONTENT)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with closing(wire.raw()) as connection:
        connection.settimeout(5)
        connection.sendall(head.encode())
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == connection.recv(1000)
        connection.sendall(CONTENT)
        assert read_all(connection).startswith(b"HTTP/1.1 201 ")


def test_a_manifest_that_breaks_off_is_not_stored(wire: Wire, name: str) -> None:
    head = (
        f"PUT /v2/{name}/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: {media_types.IMAGE_INDEX}\r\n"
        f"Content-Length: {len(CONTENT) + 1}\r\n\r\n"
    )
    with closing(wire.raw()) as connection:
        connection.sendall(head.encode() + CONTENT)
        connection.shutdown(socket.SHUT_WR)
        assert b"" == read_all(connection)
    assert 404 == wire.ask("GET", f"/v2/{name}/manifests/v1").status


@pytest.mark.parametrize(
    "head",
    [
        b"GET /v2/ HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 2_000_000,
        b"GET /v2/ HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 400_000,
        b"GET /v2/" + b"x" * 2_000_000,
    ],
)
def test_a_head_without_end_is_not_read_on(wire: Wire, head: bytes) -> None:
    with closing(wire.raw()) as connection:
        connection.settimeout(5)
        try:
            connection.sendall(head)
            answer = connection.recv(1000)
        except ConnectionError:
            answer = b""
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 ")
    assert 200 == wire.ask("GET", "/v2/").status


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"nonsense\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused(wire: Wire, request_: bytes) -> None:
    assert answer_to(wire, request_).startswith(b"HTTP/1.1 400 ")


def test_a_page_in_a_browser_may_read_and_may_not_change(wire: Wire, name: str) -> None:
    digest, _ = wire.push_manifest(name, "v1", {"layers": []})
    browser = {"Origin": "http://evil.example"}
    for method, path in (
        ("DELETE", f"/v2/{name}/manifests/{digest}"),
        ("PUT", f"/v2/{name}/manifests/v1"),
        ("POST", f"/v2/{name}/blobs/uploads/"),
    ):
        answer = wire.ask(method, path, CONTENT, browser)
        assert (403, "DENIED") == (answer.status, answer.code)
    assert 200 == wire.ask("GET", f"/v2/{name}/manifests/v1", headers=browser).status


def test_a_body_where_none_is_wanted_is_read_past_if_small(wire: Wire, name: str) -> None:
    digest = wire.push_blob(name, b"x")
    assert b"x" == wire.ask("GET", f"/v2/{name}/blobs/{digest}", b"y" * 1000).body
    answer = wire.ask("GET", f"/v2/{name}/blobs/{digest}", b"y" * 1_000_000)
    assert (413, "SIZE_INVALID") == (answer.status, answer.code)


def test_a_connection_is_used_again_after_a_refusal(wire: Wire, name: str) -> None:
    request = f"PUT /v2/{name}/manifests/-bad HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789"
    ping = "GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = answer_to(wire, (request + ping).encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert 1 == answer.count(b"HTTP/1.1 200 OK")


def test_too_many_uploads_at_a_time_are_put_off(tmp_path: Path) -> None:
    content = b"x"
    path = f"/v2/a/blobs/uploads/?digest={Digest.of(content)}"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n".encode()
    with Registry(tmp_path / "registry") as registry:
        wire = Wire(registry.address)
        waiting = [wire.raw() for _ in range(limits.UPLOADS_AT_ONCE)]
        try:
            for connection in waiting:
                connection.sendall(head)
            files = registry.folder / "uploads"
            done = threading.Event()
            while len(list(files.iterdir())) < len(waiting):
                done.wait(0.01)
            answer = wire.ask("POST", path, content)
            assert (429, "TOOMANYREQUESTS") == (answer.status, answer.code)
            assert "1" == answer.headers["retry-after"]
            waiting[0].sendall(content)
            assert waiting[0].recv(1000).startswith(b"HTTP/1.1 201 ")
            assert 201 == wire.ask("POST", path, content).status
        finally:
            for connection in waiting:
                connection.close()
