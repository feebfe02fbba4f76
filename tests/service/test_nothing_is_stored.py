"""Requests that are wrong, or that two readers could take for two things: refused, and nothing is stored.

After each the rows of the database and the files of the folder are what they were before.
"""

import json
import socket
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.digest import Digest
from sealwright.service.accounts.actions import grants
from sealwright.service.web.caller import Right
from world import simple
from world.accounts import ACTOR, Guarded, basic, bearer, token_for
from world.registry import Registry
from world.wire import IMAGE, Answer, Wire

CONTENT = b"hello"
DIGEST = Digest.of(CONTENT)
PUSH = f"POST /v2/smuggled/blobs/uploads/?digest={DIGEST} HTTP/1.1\r\n".encode()
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"
DEEP = b"[" * 200_000
JSON_BOMBS = {
    "nested deeply": DEEP,
    "objects nested deeply": b'{"a":' * 100_000,
    "a number of a million digits": b'{"schemaVersion":' + b"9" * 1_000_000 + b"}",
    "an exponent without end": b'{"schemaVersion":1e999999999}',
    "not a number": b'{"schemaVersion":NaN}',
    "members that stand twice": b'{"schemaVersion":2,"schemaVersion":2,"account":"a","account":"b"}',
    "not UTF-8": b'{"schemaVersion":"\xff\xfe"}',
    "a lone surrogate": b'{"schemaVersion":2,"mediaType":"\\ud800"}',
    "broken off": b'{"schemaVersion":2,',
    "a text": b'"text"',
    "nothing": b"",
}


def stored(folder: Path) -> dict[str, object]:
    """Every row and every file."""
    with closing(sqlite3.connect(f"file:{folder / 'sealwright.db'}?mode=ro", uri=True)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables.remove("signatures_brought_in")  # how far a chore has come that runs when a server starts
        rows: dict[str, object] = {
            table: sorted(map(repr, database.execute(f'SELECT * FROM "{table}"')))  # noqa: S608  # our names
            for table in tables
        }
    files = [path for part in ("blobs", "uploads") for path in (folder / part).rglob("*") if path.is_file()]
    return {**rows, "files": sorted((str(path), path.stat().st_size) for path in files)}


class Unchanged:
    """Holds what is stored to what was stored; a request that broke off may be cleared away first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = stored(folder)

    def require(self) -> None:
        until = time.monotonic() + 5
        while stored(self._folder) != self._before and time.monotonic() < until:
            time.sleep(0.02)
        after = stored(self._folder)
        assert self._before == after


@pytest.fixture
def unchanged(registry: Registry) -> Iterator[None]:
    before = Unchanged(registry.folder)
    yield
    before.require()


def answers(wire: Wire, request: bytes, *, hang_up: bool = False) -> bytes:
    """Everything that comes back, to the end of the connection."""
    answer = b""
    with closing(wire.raw()) as connection:
        connection.settimeout(10)
        connection.sendall(request)
        if hang_up:
            connection.shutdown(socket.SHUT_WR)
        try:
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
    return answer


def head(*fields: bytes, line: bytes = PUSH) -> bytes:
    return line + b"".join(field + b"\r\n" for field in (b"Host: x", *fields)) + b"\r\n"


CHUNKED = b"Transfer-Encoding: chunked"
SMUGGLED: Mapping[str, bytes] = {
    "two lengths": head(b"Content-Length: 5", b"Content-Length: 4") + CONTENT,
    "one length twice": head(b"Content-Length: 5", b"Content-Length: 5") + CONTENT,
    "a list of lengths": head(b"Content-Length: 5, 5") + CONTENT,
    "a length with a sign": head(b"Content-Length: +5") + CONTENT,
    "a length in hexadecimal": head(b"Content-Length: 0x5") + CONTENT,
    "a length without end": head(b"Content-Length: " + b"9" * 30) + CONTENT,
    "a length that is empty": head(b"Content-Length: ") + CONTENT,
    "length and chunks": head(b"Content-Length: 5", CHUNKED) + CHUNKS,
    "chunks and length": head(CHUNKED, b"Content-Length: 5") + CHUNKS,
    "chunks twice": head(CHUNKED, CHUNKED) + CHUNKS,
    "another coding": head(b"Transfer-Encoding: xchunked") + CHUNKS,
    "a coding before chunks": head(b"Transfer-Encoding: gzip, chunked") + CHUNKS,
    "a coding after chunks": head(b"Transfer-Encoding: chunked, identity") + CHUNKS,
    "chunks in HTTP/1.0": head(CHUNKED, line=PUSH.replace(b"1.1", b"1.0")) + CHUNKS,
    "a chunk of negative size": head(CHUNKED) + b"-5\r\nhello\r\n0\r\n\r\n",
    "a chunk larger than numbers": head(CHUNKED) + b"f" * 17 + b"\r\nhello\r\n0\r\n\r\n",
    "chunks with bare line feeds": head(CHUNKED) + b"5\nhello\n0\n\n",
    "more after a chunk": head(CHUNKED) + b"5\r\nhelloXX\r\n0\r\n\r\n",
    "a folded field": head(b"X-A: b\r\n c", b"Content-Length: 5") + CONTENT,
    "a folded length": head(b"Content-Length:\r\n 5") + CONTENT,
    "a folded coding": head(b"Transfer-Encoding:\r\n chunked") + CHUNKS,
    "bare line feeds": head(b"Content-Length: 5").replace(b"\r\n", b"\n") + CONTENT,
    "a line feed in a field": head(b"X-A: b\nX-B: c", b"Content-Length: 5") + CONTENT,
    "a carriage return in a field": head(b"X-A: b\rX-B: c", b"Content-Length: 5") + CONTENT,
    "a zero byte in a field": head(b"X-A: b\0c", b"Content-Length: 5") + CONTENT,
    "a space before the colon": head(b"Content-Length : 5") + CONTENT,
    "a space before a field": head(b" Content-Length: 5") + CONTENT,
    "no host": PUSH + b"Content-Length: 5\r\n\r\n" + CONTENT,
    "two hosts": head(b"Host: y", b"Content-Length: 5") + CONTENT,
    "one host twice": head(b"Host: x", b"Content-Length: 5") + CONTENT,
    "a host that is a path": (PUSH + b"Host: x/../y\r\nContent-Length: 5\r\n\r\n" + CONTENT),
    "a host with a user": (PUSH + b"Host: a@x\r\nContent-Length: 5\r\n\r\n" + CONTENT),
    "no version": b"GET /v2/\r\n\r\n",
    "version 1.9": head(b"Content-Length: 5", line=PUSH.replace(b"1.1", b"1.9")) + CONTENT,
    "version 2.0": head(b"Content-Length: 5", line=PUSH.replace(b"1.1", b"2.0")) + CONTENT,
    "a fragment": head(b"Content-Length: 5", line=PUSH.replace(b"?", b"#a?")) + CONTENT,
    "a target with a user": head(
        b"Content-Length: 5", line=PUSH.replace(b" /", b" http://u:p@evil.example/", 1)
    )
    + CONTENT,
    "a target that is no path": head(line=b"GET v2/ HTTP/1.1\r\n"),
    "a method in lower case": head(b"Content-Length: 5", line=PUSH.replace(b"POST", b"post")) + CONTENT,
    "a tunnel": head(line=b"CONNECT evil.example:443 HTTP/1.1\r\n"),
}


@pytest.mark.parametrize("request_", SMUGGLED.values(), ids=SMUGGLED)
@pytest.mark.usefixtures("unchanged")
def test_what_two_readers_could_take_for_two_things_is_refused(wire: Wire, request_: bytes) -> None:
    answer = answers(wire, request_ + b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert 1 == answer.count(b"HTTP/1.1 "), answer


@pytest.mark.parametrize(
    "request_",
    [
        head(b"Content-Length: 9") + CONTENT,
        head(CHUNKED) + b"5\r\nhel",
        head(CHUNKED) + b"5\r\nhello\r\n",
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_body_that_breaks_off_is_not_stored(wire: Wire, request_: bytes) -> None:
    assert b"" == answers(wire, request_, hang_up=True)


def test_targets_and_versions_that_are_only_old_are_taken(wire: Wire, name: str) -> None:
    """RFC 9112 wants servers to take a whole URL for a target; the host in it leads nowhere else."""
    wire.push_blob(name, CONTENT)
    for request in (
        f"GET http://evil.example/v2/{name}/blobs/{DIGEST} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        f"GET /v2/{name}/blobs/{DIGEST} HTTP/1.0\r\n\r\n",
    ):
        answer = answers(wire, request.encode())
        assert answer.startswith(b"HTTP/1.1 200 "), answer
        assert answer.endswith(CONTENT), answer


@pytest.mark.usefixtures("unchanged")
def test_a_client_that_hangs_up_before_the_answer_is_no_fault(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        answers(wire, head(b"Content-Length: 5", line=PUSH.replace(b"POST", b"PUT")) + CONTENT, hang_up=True)
    assert 200 == wire.ask("GET", "/v2/").status
    assert [] == [record.getMessage() for record in caplog.records if record.name != "asyncio"]


@pytest.mark.parametrize(
    "path",
    [
        "/v2/a/../b/manifests/v1",
        "/v2/a/%2e%2e/b/manifests/v1",
        "/v2/a%2f..%2fb/manifests/v1",
        "/v2/..%2f..%2fetc/manifests/v1",
        "/v2/a%00b/manifests/v1",
        "/v2/a%0ab/manifests/v1",
        "/v2/a%5cb/manifests/v1",
        "/v2/%252e%252e/manifests/v1",
        "/v2//a/manifests/v1",
        "/v2/a//b/manifests/v1",
        "/v2/A/manifests/v1",
        f"/v2/{'a' * 256}/manifests/v1",
        f"/v2/{'a/' * 400}a/manifests/v1",
        "/v2/a/manifests/%2e%2e",
        "/v2/a/manifests/..%2f..%2fv1",
        "/v2/a/manifests/v1%00",
        "/v2/a/manifests/" + "v" * 129,
        "/v2/a/blobs/uploads/..%2f..%2fsealwright.db",
        "/v2/a/blobs/uploads/%2e%2e",
        "/v2/a/blobs/uploads/%00",
        "/v2/a/blobs/uploads/" + "0" * 900,
        "/extensions/v2/a/../b/signatures/{digest}",
        "/extensions/v2/a%00/signatures/{digest}",
        "/extensions/v2/a/signatures/..%2f{digest}",
        "/extensions/v2/a/signatures/{digest}%00",
        "/lookaside/../sealwright.db",
        "/lookaside/%2e%2e/sealwright.db",
        "/lookaside/a@sha256={hex}/..%2fsignature-1",
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_paths_that_lead_elsewhere_lead_nowhere(wire: Wire, path: str) -> None:
    path = path.format(digest=DIGEST, hex=DIGEST.encoded)
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = wire.ask(method, f"{path}?digest={DIGEST}", b"" if method == "GET" else CONTENT)
        assert answer.status in (400, 404, 405, 414), (method, answer)


@pytest.mark.parametrize("bomb", JSON_BOMBS.values(), ids=JSON_BOMBS)
def test_json_that_is_made_to_harm_is_refused_as_manifest_and_as_signature(
    registry: Registry, wire: Wire, name: str, bomb: bytes
) -> None:
    subject = simple.push_image(wire, name)
    before = Unchanged(registry.folder)
    answer = wire.ask("PUT", f"/v2/{name}/manifests/v2", bomb, {"Content-Type": IMAGE})
    assert (400, "MANIFEST_INVALID") == (answer.status, answer.code)
    answer = wire.ask("PUT", simple.path(name, subject), bomb)
    assert (400, "SIGNATURE_INVALID") == (answer.status, answer.code)
    before.require()


@pytest.mark.parametrize("where", ["/v2/smuggled/manifests/v1", simple.path("smuggled", DIGEST)])
@pytest.mark.parametrize("fields", [b"Content-Length: 1073741824", CHUNKED])
@pytest.mark.usefixtures("unchanged")
def test_a_gigabyte_where_megabytes_belong_is_not_read(wire: Wire, where: str, fields: bytes) -> None:
    sent, answer = 0, b""
    piece = b" " * 65536
    if fields is CHUNKED:
        piece = b"10000\r\n" + piece + b"\r\n"
    with closing(wire.raw()) as connection:
        connection.settimeout(10)
        connection.sendall(head(fields, line=f"PUT {where} HTTP/1.1\r\n".encode()))
        try:
            while sent < 2**30:
                connection.sendall(piece)
                sent += len(piece)
        except ConnectionError:
            pass
        with suppress(ConnectionError):
            answer = connection.recv(65536)
    assert sent < limits.SIMPLE_SIGNATURE_BODY_BYTES + limits.REFUSED_BODY_BYTES + 16 * 1024 * 1024
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 "), answer


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """alice may do what one may in `team/*`."""
    with Guarded(tmp_path_factory.mktemp("guarded")) as running:
        held: set[Right] = {"pull", "push", "sign"}
        grants.grant(running.database, ACTOR, "alice", "team/*", held)
        running.settle()
        token_for(running.wire, basic("alice", "wonderland"))  # the key that tokens are signed with is made
        yield running


@pytest.mark.parametrize("bomb", JSON_BOMBS.values(), ids=JSON_BOMBS)
@pytest.mark.parametrize("path", ["/api/v1/tokens", "/api/v1/grants"])
def test_json_that_is_made_to_harm_is_refused_by_the_administration(
    guarded: Guarded, path: str, bomb: bytes
) -> None:
    before = Unchanged(guarded.registry.folder)
    answer = guarded.wire.ask("POST", path, bomb, guarded.admin)
    over = len(bomb) > limits.ADMINISTRATION_BODY_BYTES
    assert (413 if over else 400) == answer.status, answer
    before.require()


FORMS: Mapping[str, tuple[bytes, int]] = {
    "a form without end": (b"grant_type=password&username=" + b"a" * 1_000_000, 413),
    "thousands of fields": (b"&".join(b"a%d=1" % number for number in range(3_000)), 400),
    "a field that stands twice": (b"grant_type=password&username=alice&username=admin&password=x", 400),
    "a grant twice": (b"grant_type=password&grant_type=refresh_token", 400),
    "not UTF-8": (b"grant_type=\xff\xfe", 400),
    "no grant": (b"", 400),
    "JSON instead": (DEEP[:1000], 400),
    "thousands of scopes": (
        b"grant_type=password&service=sealwright&username=alice&password=wonderland&scope="
        + b"+".join(b"repository:team/a%d:pull" % number for number in range(1_000)),
        400,
    ),
}


@pytest.mark.parametrize(("form", "status"), FORMS.values(), ids=FORMS)
def test_forms_that_are_made_to_harm_are_refused(guarded: Guarded, form: bytes, status: int) -> None:
    before = Unchanged(guarded.registry.folder)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert status == guarded.wire.ask("POST", "/token", form, headers).status
    before.require()


@pytest.mark.parametrize(
    "scope",
    [
        "repository:*:*",
        "repository:other/app:pull,push",
        "repository:team/../other/app:push",
        "repository:team/app%2f..%2f..%2fother:push",
        "repository:team/app:push,*,repository:other/app:push",
        "repository:TEAM/app:push",
        "repository:team/app\x00other/app:push",
        "repository:team/*:push",
        "registry:admin:*",
        "repository(plugin):other/app:*",
        "repository::push",
        ":" * 5_000,
    ],
)
def test_no_scope_opens_what_is_not_held(guarded: Guarded, scope: str) -> None:
    answer = token_for(guarded.wire, basic("alice", "wonderland"), scope)
    assert 200 == answer.status, answer
    before = Unchanged(guarded.registry.folder)
    token = bearer(answer.json["token"])

    def push(repository: str) -> Answer:
        return guarded.wire.ask("POST", f"/v2/{repository}/blobs/uploads/?digest={DIGEST}", CONTENT, token)

    assert {401, 403} >= {push("other/app").status, push("team").status, push("teams/app").status}
    order = json.dumps({"account": "alice", "pattern": "*", "rights": ["admin"]}).encode()
    assert guarded.wire.ask("POST", "/api/v1/grants", order, token).status in (401, 403)
    before.require()
