"""How refusals are told, and the limits that no test can reach over HTTP in time."""

import logging
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import uvicorn
from msgspec.structs import replace

import sealwright
from sealwright import reasons
from sealwright.digest import Digest
from sealwright.errors import InternalError
from sealwright.service import app
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.bounds import Limits
from sealwright.service.http_head import BoundedHeadProtocol
from sealwright.service.web import refusals
from world.registry import Registry, free_port
from world.wire import Wire

SOURCES = "\n".join(path.read_text() for path in Path(sealwright.__file__).parent.rglob("*.py"))


def test_every_refusal_has_a_sentence_and_every_sentence_a_use() -> None:
    uses = re.findall(r'"(service\.[a-z-]+)"(:?)', SOURCES)
    named = {code for code in reasons.codes() if code.startswith("service.")}
    assert {code for code, colon in uses if not colon} == named
    assert set(refusals.ANSWERS) <= set(reasons.codes())


def test_an_error_that_no_route_foresaw_is_ours() -> None:
    error = InternalError("internal.unexpected", problem="x")
    assert (500, "UNKNOWN") == (refusals.answer(error).status, refusals.answer(error).code)
    assert b'"UNKNOWN"' in refusals.body(error)


def test_a_fault_of_ours_is_logged_and_told_without_its_details(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Registry(tmp_path) as registry:
        with closing(sqlite3.connect(tmp_path / "sealwright.db")) as database, database:
            database.execute("DROP TABLE tags")
        answer = Wire(registry.address).ask("GET", "/v2/a/tags/list")
    assert (500, "UNKNOWN") == (answer.status, answer.code)
    assert b"no such table" not in answer.body
    assert [logging.ERROR] == [record.levelno for record in caplog.records]
    assert "no such table: tags" in caplog.text


def _hasty(folder: Path) -> Configuration:
    return replace(Configuration.on(folder), limits=Limits(body_seconds=0.3))


class HastyProtocol(BoundedHeadProtocol):
    patience = 0.3


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Wire]:
    """The registry with little patience."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app.create(_hasty(tmp_path / "registry")),
            port=port,
            http=HastyProtocol,
            ws="none",
            log_config=None,
            timeout_keep_alive=60,
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Wire(f"127.0.0.1:{port}")
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    ("requests", "sent"), [(0, b""), (0, b"G"), (0, b"GET /v2/ HTTP/1.1\r\nHost: "), (1, b"G")]
)
def test_a_head_that_does_not_come_ends_the_connection(hasty: Wire, requests: int, sent: bytes) -> None:
    with closing(hasty.raw()) as connection:
        connection.settimeout(10)
        for _ in range(requests):
            connection.sendall(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200 OK" in connection.recv(65536)
        connection.sendall(sent)
        assert b"" == connection.recv(65536)


def test_a_connection_that_rests_between_requests_is_kept(hasty: Wire) -> None:
    with closing(hasty.raw()) as connection:
        for _ in range(2):
            connection.sendall(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200 OK" in connection.recv(65536)
            time.sleep(0.5)


def test_a_body_that_stops_coming_is_given_up_and_leaves_nothing(hasty: Wire, tmp_path: Path) -> None:
    location = hasty.begin("a")
    requests = (
        f"POST /v2/a/blobs/uploads/?digest={Digest.of(b'xxx')}",
        f"PATCH {location}",
        "PUT /v2/a/manifests/v1",
    )
    for request in requests:
        with closing(hasty.raw()) as connection:
            connection.settimeout(10)
            connection.sendall(f"{request} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxx".encode())
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        assert answer.startswith(b"HTTP/1.1 408 ")
    files = [path.stat().st_size for path in (tmp_path / "registry" / "uploads").iterdir()]
    assert [0] == files
    assert 204 == hasty.ask("GET", location).status


def test_a_body_that_comes_slowly_is_waited_for(hasty: Wire) -> None:
    def slowly() -> Iterator[bytes]:
        for _ in range(4):
            yield b"x"
            time.sleep(0.15)

    answer = hasty.ask("POST", f"/v2/a/blobs/uploads/?digest={Digest.of(b'xxxx')}", slowly())
    assert 201 == answer.status
