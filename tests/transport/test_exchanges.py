"""Requests and answers over real sockets, with peers that lie, stall and hang up."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from sealwright import limits
from sealwright.errors import InternalError, NetworkError
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Request, StreamedBody
from sealwright.transport.retries import RetryPolicy
from world.hostile_registry import HostileRegistry, Reply, Seen


def code_of(transport: Transport, request: Request, seconds: float = 10) -> str:
    with pytest.raises(NetworkError) as caught:
        transport.send(request, Deadline(seconds)).read(10_000)
    assert str(caught.value), "the sentence must be writable"
    assert caught.value.hint is not None
    return caught.value.code


def get(server: HostileRegistry, path: str = "/x") -> Request:
    return Request("GET", f"{server.url}{path}")


def test_an_answer_has_status_headers_and_body(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /x", Reply(203, b"hello", {"X-One": "1", "Content-Type": "text/Plain; charset=x"}))
    response = transport.send(get(server))
    assert 203 == response.status
    assert "1" == response.headers["x-one"]
    assert "text/plain" == response.media_type
    assert 5 == response.length
    assert b"hello" == response.read(100)


def test_a_request_says_who_is_asking(server: HostileRegistry, transport: Transport) -> None:
    transport.send(get(server)).discard()
    headers = server.seen[0].headers
    assert headers["user-agent"].startswith("sealwright/")
    assert "identity" == headers["accept-encoding"]
    assert server.address == headers["host"]


def test_repeated_headers_are_joined(server: HostileRegistry, transport: Transport) -> None:
    raw = b"HTTP/1.1 200 OK\r\nLink: <a>\r\nLink: <b>\r\nContent-Length: 0\r\n\r\n"
    server.on("GET /x", Reply(raw=raw))
    assert "<a>, <b>" == transport.send(get(server)).headers["link"]


def test_one_connection_serves_many_requests(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /x", Reply(200, b"body"))
    server.on("HEAD /x", Reply(200, b"body"))
    for method in ("GET", "HEAD", "GET"):
        transport.send(Request(method, f"{server.url}/x")).read(100)
    assert 3 == len(server.seen)
    assert 1 == server.connections


def test_a_connection_that_the_peer_ends_is_not_used_again(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /x", Reply(200, b"body", close=True))
    for _ in range(2):
        assert b"body" == transport.send(get(server)).read(100)
    assert 2 == server.connections


def test_an_answer_that_is_not_read_costs_its_connection(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /x", Reply(200, b"x" * 1_000_000))
    with transport.send(get(server)) as response:
        assert 200 == response.status
    transport.send(get(server)).discard()
    assert b"x" * 10 == transport.send(get(server)).beginning(10)
    assert 3 == server.connections


def test_a_kept_connection_that_died_is_replaced(server: HostileRegistry, transport: Transport) -> None:
    # the server drops the second request of each connection, after having kept it open
    server.on("GET /x", Reply(200, b"one"), Reply(drop=True), Reply(200, b"two"))
    assert b"one" == transport.send(get(server)).read(100)
    assert b"two" == transport.send(get(server)).read(100)
    assert 2 == server.connections


def test_a_kept_connection_that_was_closed_meanwhile_is_noticed_before_a_request_is_lost(
    server: HostileRegistry, transport: Transport
) -> None:
    keeping = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    server.on("GET /x", Reply(raw=keeping))  # says nothing of closing, and closes
    server.on("PATCH /x", Reply(202))
    assert b"ok" == transport.send(get(server)).read(100)
    time.sleep(0.05)
    assert 202 == transport.send(Request("PATCH", f"{server.url}/x", body=b"1")).status
    assert ["GET /x", "PATCH /x"] == server.lines


def test_bytes_that_nobody_asked_for_spoil_a_connection(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /x", Reply(200, b"body and more", length=4))
    for _ in range(2):
        assert b"body" == transport.send(get(server)).read(100)
        time.sleep(0.05)
    assert 2 == server.connections


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_a_dropped_request_is_tried_again_if_that_does_no_harm(
    server: HostileRegistry, transport: Transport, method: str
) -> None:
    server.on(f"{method} /x", Reply(drop=True), Reply(200))
    assert 200 == transport.send(Request(method, f"{server.url}/x")).status
    assert 2 == len(server.seen)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_dropped_request_is_not_tried_again_if_that_may_do_harm(
    server: HostileRegistry, transport: Transport, method: str
) -> None:
    server.on(f"{method} /x", Reply(drop=True))
    request = Request(method, f"{server.url}/x", body=b"1")
    assert "network.connection-lost" == code_of(transport, request)
    assert 1 == len(server.seen)


def test_a_post_that_is_said_to_be_repeatable_is_tried_again(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("POST /x", Reply(503), Reply(202))
    assert 202 == transport.send(Request("POST", f"{server.url}/x", repeatable=True)).status


def test_tries_end(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /x", Reply(drop=True))
    assert "network.connection-lost" == code_of(transport, get(server))
    assert 3 == len(server.seen)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_passing_faults_are_waited_out(server: HostileRegistry, transport: Transport, status: int) -> None:
    server.on("GET /x", Reply(status), Reply(status), Reply(200, b"fine"))
    assert b"fine" == transport.send(get(server)).read(100)
    assert 3 == len(server.seen)


@pytest.mark.parametrize("status", [400, 404, 500])
def test_lasting_faults_are_answers(server: HostileRegistry, transport: Transport, status: int) -> None:
    server.on("GET /x", Reply(status))
    assert status == transport.send(get(server)).status
    assert 1 == len(server.seen)


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "1"},
        {"Retry-After": "Sat, 21 Nov 2026 00:00:01 GMT", "Date": "Sat, 21 Nov 2026 00:00:00 GMT"},
    ],
)
def test_retry_after_is_honoured(
    server: HostileRegistry, transport: Transport, headers: dict[str, str]
) -> None:
    server.on("GET /x", Reply(429, headers=headers), Reply(200))
    start = time.monotonic()
    assert 200 == transport.send(get(server)).status
    assert 1 <= time.monotonic() - start < 5


@pytest.mark.parametrize("after", ["61", "99999999999999999999", "Fri, 31 Dec 2100 00:00:00 GMT"])
def test_a_wait_beyond_the_limit_ends_the_request(
    server: HostileRegistry, transport: Transport, after: str
) -> None:
    server.on("GET /x", Reply(429, headers={"Retry-After": after}))
    response = transport.send(get(server))
    assert 429 == response.status
    response.discard()
    assert 1 == len(server.seen)


@pytest.mark.parametrize("after", ["soon", "-1", "", "Tue, 99 Nov 2026 00:00:00 GMT"])
def test_a_retry_after_that_says_nothing_is_ignored(
    server: HostileRegistry, transport: Transport, after: str
) -> None:
    server.on("GET /x", Reply(503, headers={"Retry-After": after}), Reply(200))
    assert 200 == transport.send(get(server)).status


def test_a_wait_beyond_the_deadline_is_not_begun(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /x", Reply(429, headers={"Retry-After": "30"}))
    assert 429 == transport.send(get(server), Deadline(2)).status


def test_nothing_listens(transport: Transport) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        request = Request("GET", f"http://127.0.0.1:{closed.getsockname()[1]}/")
        assert "network.refused" == code_of(transport, request)


def test_a_host_that_does_not_exist(transport: Transport) -> None:
    assert "network.unknown-host" == code_of(transport, Request("GET", "http://nowhere.invalid/"))


@pytest.mark.parametrize(
    "url",
    ["ftp://x/", "x", "http:///x", "http://a:b@x/", "http://x:99999/", "http://x/a b", "http://é/", "//x/y"],
)
def test_what_is_not_a_url_is_refused(transport: Transport, url: str) -> None:
    assert "network.not-a-url" == code_of(transport, Request("GET", url))


def test_headers_cannot_be_smuggled_in(server: HostileRegistry, transport: Transport) -> None:
    request = Request("GET", f"{server.url}/x", {"X-A": "1\r\nX-B: 2"})
    assert "network.protocol" == code_of(transport, request)
    assert [] == server.seen


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(200)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 30_000 + b"\r\n") * 10 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000,
    ],
    ids=["ssh", "no status", "many headers", "long header", "large headers", "endless interim answers"],
)
def test_peers_that_do_not_speak_http(server: HostileRegistry, transport: Transport, raw: bytes) -> None:
    server.on("GET /x", Reply(raw=raw))
    assert "network.protocol" == code_of(transport, get(server))
    assert 1 == len(server.seen)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"half", length=100),
        Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\nhello\r\n"),
        Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello\r\n"),
    ],
    ids=["length", "chunks", "no number", "short chunk"],
)
def test_bodies_that_end_early(server: HostileRegistry, transport: Transport, reply: Reply) -> None:
    server.on("GET /x", reply)
    assert "network.body-cut-short" == code_of(transport, get(server))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_head_that_ends_early_is_no_answer_and_asked_for_again(
    server: HostileRegistry, transport: Transport, method: str
) -> None:
    cut = Reply(raw=b"HTTP/1.1 200 OK\r\nX-One: 1\r\nContent-Length: 5")
    server.on(f"{method} /x", cut, cut, Reply(200, b"hello" * 11))
    with transport.send(Request(method, f"{server.url}/x")) as whole:
        length = whole.headers["content-length"]

    assert ("55", 3) == (length, len(server.seen))
    server.on(f"{method} /x", cut)
    assert "network.connection-lost" == code_of(transport, Request(method, f"{server.url}/x"))


def test_a_body_without_a_length_ends_with_the_connection(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /x", Reply(raw=b"HTTP/1.1 200 OK\r\n\r\nall of it"))
    response = transport.send(get(server))
    assert response.length is None
    assert b"all of it" == response.read(100)


def test_a_body_in_chunks(server: HostileRegistry, transport: Transport) -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"
    server.on("GET /x", Reply(raw=raw))
    assert b"hello!" == transport.send(get(server)).read(100)


def test_endless_bodies_are_cut_off(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /x", Reply(200, endless=b"y" * 4096))
    assert "network.answer-too-large" == code_of(transport, get(server))


def test_a_body_is_never_larger_than_asked_for(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /x", Reply(200, b"12345"))
    assert b"12345" == transport.send(get(server)).read(5)
    with pytest.raises(NetworkError) as caught:
        transport.send(get(server)).read(4)
    assert "network.answer-too-large" == caught.value.code
    assert not caught.value.retryable


def test_a_silent_peer_costs_no_more_than_the_deadline(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /x", Reply(200, delay=3))
    start = time.monotonic()
    assert "network.timed-out" == code_of(transport, get(server), 0.3)
    assert time.monotonic() - start < 2


def test_a_peer_that_trickles_headers_costs_no_more_than_the_deadline(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /x", Reply(raw=b"HTTP/1.1 200 OK\r\n" * 50, trickle=0.05))
    start = time.monotonic()
    assert "network.timed-out" == code_of(transport, get(server), 0.5)
    assert time.monotonic() - start < 2


def test_a_peer_that_trickles_a_body_costs_no_more_than_the_deadline(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /x", Reply(200, b"z" * 100, trickle=0.05))
    start = time.monotonic()
    assert "network.timed-out" == code_of(transport, get(server), 0.5)
    assert time.monotonic() - start < 2


def test_a_deadline_that_has_passed_sends_nothing(server: HostileRegistry, transport: Transport) -> None:
    assert "network.timed-out" == code_of(transport, get(server), 0)
    assert [] == server.seen


def test_a_streamed_body_is_sent_and_sent_again(server: HostileRegistry, transport: Transport) -> None:
    pieces = [b"a" * 3_000_000, b"", b"b" * 10]
    opened = []

    def source() -> Iterator[bytes]:
        opened.append(1)
        yield from pieces

    server.on("PUT /x", Reply(503), Reply(201))
    body = StreamedBody(source, 3_000_010)
    assert 201 == transport.send(Request("PUT", f"{server.url}/x", body=body)).status
    assert [b"".join(pieces)] * 2 == [seen.body for seen in server.seen]
    assert 2 == len(opened)


def test_a_body_of_another_length_than_told_is_our_own_fault(
    server: HostileRegistry, transport: Transport
) -> None:
    body = StreamedBody(lambda: iter([b"123"]), 4)
    with pytest.raises(InternalError):
        transport.send(Request("PUT", f"{server.url}/x", body=body))


def test_an_answer_that_comes_before_the_body_is_sent_is_heard(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("PUT /x", Reply(413, b"too large", unread=True))
    body = StreamedBody(lambda: (b"x" * 65536 for _ in range(800)), 65536 * 800)
    request = Request("PUT", f"{server.url}/x", body=body, repeatable=False)
    try:
        with transport.send(request) as response:
            assert 413 == response.status
    except NetworkError as error:  # the kernel may throw the answer away with the connection
        assert "network.connection-lost" == error.code


def test_empty_bodies_have_a_length(server: HostileRegistry, transport: Transport) -> None:
    for method in ("POST", "PUT", "PATCH"):
        transport.send(Request(method, f"{server.url}/x")).discard()
    transport.send(get(server)).discard()
    assert ["0", "0", "0", None] == [seen.headers.get("content-length") for seen in server.seen]


def test_threads_share_the_pool_and_connections_are_bounded(
    server: HostileRegistry, transport: Transport
) -> None:
    at_once: list[int] = []
    running = threading.Semaphore(0)
    lock = threading.Lock()
    busy = 0

    def slow(_: Seen) -> Reply:
        nonlocal busy
        with lock:
            busy += 1
            at_once.append(busy)
        time.sleep(0.02)
        with lock:
            busy -= 1
        return Reply(200, b"ok")

    server.on("GET /x", slow)

    def work() -> None:
        for _ in range(3):
            assert b"ok" == transport.send(get(server)).read(10)
        running.release()

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert running.acquire(timeout=1)
    assert 150 == len(server.seen)
    assert 2 <= max(at_once) <= limits.CONNECTIONS_PER_HOST


def test_waiting_for_a_connection_ends_with_the_deadline(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /x", Reply(200, b"x" * 100_000))
    held = [transport.send(get(server)) for _ in range(limits.CONNECTIONS_PER_HOST)]
    assert "network.timed-out" == code_of(transport, get(server), 0.2)
    held[0].close()
    assert 100_000 == len(transport.send(get(server)).read(100_000))
    for response in held:
        response.close()


def test_reading_may_stop_at_any_piece(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /x", Reply(200, b"x" * 100))
    pieces = transport.send(get(server)).pieces(10)
    assert b"x" * 10 == next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # a generator
    assert 10 == len(list(transport.send(get(server)).pieces(10)))


def test_ipv6_is_spoken(transport: Transport) -> None:
    with socket.socket(socket.AF_INET6) as listening:
        listening.bind(("::1", 0))
        listening.listen()
        port = listening.getsockname()[1]

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n6")

        heard: list[bytes] = []
        thread = threading.Thread(target=serve)
        thread.start()
        assert b"6" == transport.send(Request("GET", f"http://[::1]:{port}/")).read(9)
        thread.join()
        assert f"Host: [::1]:{port}".encode() in heard[0]


def test_a_policy_without_a_try_is_our_own_fault(server: HostileRegistry) -> None:
    with pytest.raises(InternalError):
        Transport(environment={}, retries=RetryPolicy(tries=0)).send(get(server))
