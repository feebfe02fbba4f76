"""The log of the service: one line for each request, without a secret."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sealwright import limits
from world.service import Service

SECRETS = {
    "Authorization": "Basic c2VjcmV0OnNlY3JldA==",
    "Cookie": "session=s3cr3t",
    "X-Token": "s3cr3t",
    "Referer": "https://user:s3cr3t@example.org/",
}


def test_a_request_is_one_line_that_says_what_it_was(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        answer = service.wire.ask("GET", "/v2/team/app/tags/list?n=5", headers={"User-Agent": "probe/1"})
        (line,) = service.lines()
    assert {
        "level": "info",
        "request": answer.headers["x-request-id"],
        "client": "127.0.0.1",
        "account": "anonymous",
        "method": "GET",
        "path": "/v2/team/app/tags/list",
        "query": "n=5",
        "status": 404,
        "received": 0,
        "sent": len(answer.body),
        "agent": "probe/1",
        "reason": "service.repository-unknown",
    } == {name: value for name, value in line.items() if name not in ("time", "ms")}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert 0 < line["ms"] < 5000


def test_bytes_that_came_and_went_are_counted(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        digest = service.wire.push_blob("a", b"x" * 300_000)
        service.wire.ask("GET", f"/v2/a/blobs/{digest}")
        pushed, pulled = service.lines(2)
    assert (300_000, 0) == (pushed["received"], pushed["sent"])
    assert (0, 300_000) == (pulled["received"], pulled["sent"])


@pytest.mark.parametrize("given", ["trace-1", "0af7651916cd43dd8448eb211c80319c", "a/b:c+d=e.f_g"])
def test_a_sane_identifier_of_the_client_is_taken_over(tmp_path: Path, given: str) -> None:
    with Service(tmp_path) as service:
        answer = service.wire.ask("GET", "/v2/", headers={"X-Request-Id": given})
        assert given == answer.headers["x-request-id"]
        assert given == service.lines()[0]["request"]


@pytest.mark.parametrize("given", ["", "a b", "x" * (limits.REQUEST_ID_LENGTH + 1), 'a"b', "é", "a;b"])
def test_any_other_is_replaced(tmp_path: Path, given: str) -> None:
    with Service(tmp_path) as service:
        answer = service.wire.ask("GET", "/v2/", headers={"X-Request-Id": given})
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_no_secret_reaches_the_log(tmp_path: Path) -> None:
    path = "/v2/?token=s3cr3t&password=s3cr3t&state=s3cr3t&access_token=s3cr3t&service=x&_state=s3cr3t"
    with Service(tmp_path) as service:
        agent = {"User-Agent": "curl Bearer s3cr3t https://u:s3cr3t@h/"}
        service.wire.ask("GET", path, headers=SECRETS | agent)
        (line,) = service.lines()
        assert "s3cr3t" not in service.text
        assert "c2VjcmV0" not in service.text
    assert "token=…&password=…&state=…&access_token=…&service=x&_state=…" == line["query"]


def test_lines_are_bounded_and_show_control_characters_escaped(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.wire.ask("GET", "/v2/%1b%5b31m%0d%0aforged%7f%c2%85%e2%80%ae/tags/list")
        service.wire.ask("GET", "/v2/" + "x" * 20_000, headers={"User-Agent": "y" * 20_000})
        odd, long = service.lines(2)
        assert 2 == service.text.count("\n")
    assert r"/v2/\x1b[31m\r\nforged\x7f\x85\u202e/tags/list" == odd["path"]
    assert limits.LOGGED_LENGTH == len(long["path"]) == len(long["agent"])


def test_text_is_for_people_and_stays_on_one_line(tmp_path: Path) -> None:
    with Service(tmp_path, variables={"SEALWRIGHT_SERVE_LOG_FORMAT": "text"}) as service:
        service.wire.ask("GET", "/v2/%0aforged/tags/list")
    assert 1 == service.text.count("\n")
    assert re.search(r" info 127\.0\.0\.1 - GET /v2/\\nforged/tags/list 404 .* ms in 0 out ", service.text)


def test_only_what_is_wanted_is_logged(tmp_path: Path) -> None:
    with Service(tmp_path, variables={"SEALWRIGHT_SERVE_LOG_LEVEL": "warning"}) as service:
        service.wire.ask("GET", "/v2/")
    assert "" == service.text


def test_a_fault_is_logged_with_its_request(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.wire.push_manifest("a", "v1", {"layers": []})
        with closing(sqlite3.connect(tmp_path / "content/sealwright.db")) as database:
            database.execute("DROP TABLE tags")
            database.commit()
        answer = service.wire.ask("GET", "/v2/a/manifests/v1", headers={"X-Request-Id": "trace-9"})
        lines = service.lines(3)
    assert 500 == answer.status
    told = [line for line in lines if "exception" in line]
    assert ["trace-9"] == [line["request"] for line in told]
    assert "no such table" in told[0]["exception"]
    (last,) = [line for line in lines if line.get("status") == 500]
    assert ("error", "trace-9") == (last["level"], last["request"])


def test_a_client_that_did_not_wait_is_logged(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        location = service.wire.begin("a")
        with closing(service.wire.raw()) as connection:
            connection.sendall(
                f"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc".encode()
            )
        gone = service.lines(2)[1]
    assert (499, "service.client-gone", 3) == (gone["status"], gone["reason"], gone["received"])


def test_behind_a_trusted_proxy_the_client_is_whom_it_names(tmp_path: Path) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7, 10.1.2.3"}
    with Service(tmp_path, 'trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]') as service:
        service.wire.ask("GET", "/v2/", headers=headers)
        service.wire.ask("GET", "/v2/", headers={"X-Forwarded-For": "203.0.113.9, nonsense"})
        assert ["192.0.2.7", "127.0.0.1"] == [line["client"] for line in service.lines(2)]


def test_nobody_else_is_believed(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.wire.ask("GET", "/v2/", headers={"X-Forwarded-For": "203.0.113.9"})
        assert "127.0.0.1" == service.lines()[0]["client"]


def test_a_log_that_nobody_reads_does_not_end_the_service(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with Service(tmp_path, log=writing) as service:
        os.close(writing)
        os.close(reading)
        assert [200, 200] == [service.wire.ask("GET", "/v2/").status for _ in range(2)]
