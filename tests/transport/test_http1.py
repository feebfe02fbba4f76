"""Heads and bodies of HTTP/1.1, sent by a peer over a real socket and read as a client reads them."""

import socket
from collections.abc import Callable

import pytest

from sealwright import limits
from sealwright.transport.deadline import Deadline
from sealwright.transport.http1 import Answer, ProtocolError, read_answer, request_head
from sealwright.transport.wire import Wire


def heard(raw: bytes, read: Callable[[Wire], object]) -> object:
    """What a client makes of bytes after which the peer hangs up."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        theirs.shutdown(socket.SHUT_WR)
        return read(Wire(ours, Deadline(5)))


def answer(raw: bytes, method: str = "GET") -> Answer:
    found = heard(raw, lambda wire: read_answer(wire, method))
    assert isinstance(found, Answer)
    return found


def body(raw: bytes, method: str = "GET", size: int = 1000) -> bytes:
    """All of a body, in pieces of at most `size`."""

    def read(wire: Wire) -> bytes:
        found = read_answer(wire, method)
        pieces = []
        while piece := found.read(size):
            assert len(piece) <= size
            pieces.append(piece)
        assert found.ended
        return b"".join(pieces)

    found = heard(raw, read)
    assert isinstance(found, bytes)
    return found


def test_a_head_is_written_as_it_was_meant() -> None:
    expected = b"GET /v2/?n=1 HTTP/1.1\r\nHost: a.example\r\nX-One: caf\xe9\r\n\r\n"
    assert expected == request_head("GET", "/v2/?n=1", [("Host", "a.example"), ("X-One", "café")])


@pytest.mark.parametrize(
    ("method", "target", "name", "value"),
    [
        ("GET /x HTTP/1.1\r\nX:", "/", "A", "1"),
        ("", "/", "A", "1"),
        ("GET", "", "A", "1"),
        ("GET", "/a b", "A", "1"),
        ("GET", "/a\r\nX: 1", "A", "1"),
        ("GET", "/é", "A", "1"),
        ("GET", "/", "A: 1\r\nB", "1"),
        ("GET", "/", "", "1"),
        ("GET", "/", "A", "1\nB: 2"),
        ("GET", "/", "A", "1\rB: 2"),
        ("GET", "/", "A", "1\0"),
        ("GET", "/", "A", "…"),
    ],
)
def test_nothing_can_be_smuggled_into_a_head(method: str, target: str, name: str, value: str) -> None:
    with pytest.raises(ProtocolError):
        request_head(method, target, [(name, value)])


def test_fields_are_read_in_their_order_and_joined_where_they_go_on() -> None:
    found = answer(b"HTTP/1.1 200\r\nA:  1 \r\n\t2\r\nB:\r\n  3\r\na: 4\nEtag: caf\xe9\r\n\r\n")
    assert [("a", "1 2"), ("b", "3"), ("a", "4"), ("etag", "café")] == found.fields
    assert 200 == found.status


def test_interim_answers_are_passed_over() -> None:
    raw = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 204 No\r\n\r\n"
    assert (204, []) == (answer(raw).status, answer(raw).fields)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 99 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1  200 OK\r\n\r\n",
        b"http/1.1 200 OK\r\n\r\n",
        b"\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n X: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX : 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: 1\r2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: 1\0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n1",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n1",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 20 + b"\r\n\r\n1",
        "HTTP/1.1 200 OK\r\nContent-Length: ²\r\n\r\n12".encode("latin-1"),
        b"HTTP/1.1 200 OK",
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_none(raw: bytes) -> None:
    with pytest.raises(ProtocolError):
        answer(raw)


@pytest.mark.parametrize(
    ("raw", "method", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", "GET", b"hello"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\nContent-Length: 5\r\n\r\nhello", "GET", b"hello"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nhello", "GET", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD", b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HEAD", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello", "GET", b""),
        (b"HTTP/1.1 200 OK\r\n\r\nhello\r\n", "GET", b"hello\r\n"),
        (
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nContent-Length: 3\r\n\r\n"
                b"5;a=b\r\nhello\r\n0A\r\n, and more\r\n000\r\nTrailer: 1\r\n\r\nHTTP/1.1"
            ),
            "GET",
            b"hello, and more",
        ),
    ],
    ids=["length", "lengths", "none", "head", "head in chunks", "not modified", "to the end", "chunks"],
)
def test_a_body_ends_where_its_framing_says(raw: bytes, method: str, expected: bytes) -> None:
    assert expected == body(raw, method)
    assert expected == body(raw, method, 2)


@pytest.mark.parametrize(
    "chunks",
    [
        b"",
        b"\r\n",
        b"-5\r\nhello\r\n",
        b"0x5\r\nhello\r\n",
        b"+5\r\nhello\r\n",
        b"1_0\r\n",
        b"5\r\nhelloo\r\n0\r\n\r\n",
        b"5\r\nhel",
        b"0" * 17 + b"\r\n\r\n",
        b"0\r\nno trailer\r\n\r\n",
        b"0\r\nA: 1\r\n",
    ],
)
def test_chunks_that_are_none_end_the_reading(chunks: bytes) -> None:
    with pytest.raises(ProtocolError):
        body(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)


@pytest.mark.parametrize(
    ("head", "keeps"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5", False),
        (b"HTTP/1.1 200 OK", False),
    ],
)
def test_a_connection_goes_on_only_where_both_ends_know_it(head: bytes, *, keeps: bool) -> None:
    assert keeps == answer(head + b"\r\n\r\n").keeps


def test_heads_are_bounded() -> None:
    fields = b"".join(b"X-%d: y\r\n" % number for number in range(limits.HEADER_FIELDS))
    assert limits.HEADER_FIELDS == len(answer(b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n").fields)
    for more in (b"X: y\r\n", b"X: " + b"y" * limits.HEADER_LINE_BYTES):
        with pytest.raises(ProtocolError):
            answer(b"HTTP/1.1 200 OK\r\n" + fields + more + b"\r\n\r\n")
