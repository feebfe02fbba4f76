"""Health, readiness and figures, as probes and Prometheus see them."""

import shutil
import signal
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sealwright.service.storage import schema
from world.registry import Registry
from world.service import Service
from world.wire import Wire


def figures(wire: Wire) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample, by its name and labels."""
    answer = wire.ask("GET", "/metrics")
    assert 200 == answer.status, answer
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def test_a_service_that_runs_says_so(wire: Wire) -> None:
    answer = wire.ask("GET", "/healthz")
    assert (200, {"status": "ok"}) == (answer.status, answer.json)
    assert "no-store" == answer.headers["cache-control"]
    assert 200 == wire.ask("HEAD", "/healthz").status


def test_a_service_that_can_work_says_so_with_each_check(wire: Wire) -> None:
    answer = wire.ask("GET", "/readyz")
    checks = {"service": "ok", "database": "ok", "blobs": "ok"}
    assert (200, {"status": "ready", "checks": checks}) == (answer.status, answer.json)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_only_read(wire: Wire, path: str) -> None:
    answer = wire.ask("POST", path)
    assert (405, "UNSUPPORTED", "GET, HEAD") == (answer.status, answer.code, answer.headers["allow"])


def test_a_folder_that_went_away_is_not_ready_but_alive(tmp_path: Path) -> None:
    with Registry(tmp_path / "content") as registry:
        wire = Wire(registry.address)
        shutil.rmtree(tmp_path / "content/uploads")
        answer = wire.ask("GET", "/readyz")
        assert (503, "not ready") == (answer.status, answer.json["status"])
        assert {"service": "ok", "database": "ok", "blobs": "FileNotFoundError"} == answer.json["checks"]
        assert 200 == wire.ask("GET", "/healthz").status
        (tmp_path / "content/uploads").mkdir()
        assert 200 == wire.ask("GET", "/readyz").status


def test_a_database_without_a_migration_is_not_ready(tmp_path: Path) -> None:
    last = schema.migrations()[-1]
    with Registry(tmp_path) as registry:
        with closing(sqlite3.connect(tmp_path / "sealwright.db")) as database:
            database.execute("DELETE FROM migrations WHERE number = ?", (last.number,))
            database.commit()
        answer = Wire(registry.address).ask("GET", "/readyz")
        assert (503, f"without the migration {last.name}") == (
            answer.status,
            answer.json["checks"]["database"],
        )


def test_a_service_that_is_ending_says_so_and_closes_connections(tmp_path: Path) -> None:
    with Service(tmp_path, "shutdown_delay_seconds = 1.5") as service:
        assert 200 == service.wire.ask("GET", "/readyz").status
        service.signal(signal.SIGTERM)
        time.sleep(0.5)
        answer = service.wire.ask("GET", "/readyz")
        assert (503, "ending") == (answer.status, answer.json["checks"]["service"])
        answer = service.wire.ask("GET", "/v2/")
        assert (200, "close") == (answer.status, answer.headers["connection"])
        assert 0 == service.ended()


def test_requests_are_counted_by_kind_method_and_status(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        digest = wire.push_blob("secret/name", b"x" * 5000)
        wire.ask("GET", f"/v2/secret/name/blobs/{digest}")
        wire.ask("GET", "/v2/secret/name/manifests/none")
        wire.ask("GET", "/nothing/here")
        wire.ask("GET", "/v2/BAD/tags/list")
        found = figures(wire)
        text = wire.ask("GET", "/metrics").body.decode()

    def requests(route: str, method: str, status: int) -> float:
        labels = {"route": route, "method": method, "status": str(status)}
        return found["sealwright_requests_total", tuple(sorted(labels.items()))]

    assert 1 == requests("uploads", "POST", 201)
    assert 1 == requests("blob", "GET", 200)
    assert 1 == requests("manifest", "GET", 404)
    assert 1 == requests("other", "GET", 404)
    assert 5000 == found["sealwright_received_bytes_total", (("route", "uploads"),)]
    assert 5000 == found["sealwright_sent_bytes_total", (("route", "blob"),)]
    assert 1 == found["sealwright_refusals_total", (("reason", "service.manifest-unknown"),)]
    assert 1 == found["sealwright_request_seconds_count", (("method", "GET"), ("route", "blob"))]
    assert 1 == found["sealwright_connections", ()]
    assert "secret" not in text
    assert "nothing" not in text


def test_an_upload_under_way_is_shown(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        location = wire.begin("a")
        with closing(wire.raw()) as connection:
            connection.sendall(
                f"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc".encode()
            )
            until = time.monotonic() + 5
            while not figures(wire)["sealwright_uploads_in_progress", ()] and time.monotonic() < until:
                time.sleep(0.01)
            assert 1 == figures(wire)["sealwright_uploads_in_progress", ()]
            assert 2 == figures(wire)["sealwright_connections", ()]
            connection.sendall(b"defghi")
            assert connection.recv(1000).startswith(b"HTTP/1.1 202 ")
        assert 0 == figures(wire)["sealwright_uploads_in_progress", ()]


def test_paths_and_methods_of_clients_make_no_labels(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        before = len(figures(wire))
        for number in range(50):
            wire.ask("GET", f"/{number}")
            wire.ask("GET", f"/v2/a{number}/tags/list")
            wire.ask("PROPFIND" if number % 2 else "REPORT", f"/v2/a{number}/tags/list")
        assert len(figures(wire)) - before < 150


def test_figures_told_through_a_proxy_need_an_administrator_where_there_are_accounts(tmp_path: Path) -> None:
    with Service(tmp_path, 'metrics = "off"') as service:
        assert 404 == service.wire.ask("GET", "/metrics").status
    with Service(tmp_path, 'metrics = "open"') as service:
        forwarded = {"X-Forwarded-For": "192.0.2.7"}
        assert 200 == service.wire.ask("GET", "/metrics", headers=forwarded).status


def test_a_probe_that_hangs_up_harms_nothing(wire: Wire) -> None:
    for _ in range(20):
        with closing(socket.create_connection(wire.place)) as connection:
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert 200 == wire.ask("GET", "/readyz").status
