"""Where there are accounts: who may look, who is named, and how often each may ask."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from world.seal import seal
from world.service import Service
from world.wire import Answer

PASSWORD = "correct horse battery"


def login(name: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{PASSWORD}".encode()).decode()}


def with_accounts(folder: Path) -> Path:
    """A folder in which root administers the service and alice pushes to team/*."""
    content = folder / "content"
    for arguments in (
        ("user", "add", "root", "--password-stdin"),
        ("user", "add", "alice", "--password-stdin"),
        ("grant", "root", "admin", "*"),
        ("grant", "alice", "pull,push", "team/*"),
    ):
        done = seal("admin", *arguments, "--folder", content, typed=f"{PASSWORD}\n")
        assert 0 == done.code, done.err
    return folder


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(with_accounts(tmp_path_factory.mktemp("watched"))) as running:
        yield running


def ask(service: Service, path: str, name: str = "", **headers: str) -> Answer:
    return service.wire.ask("GET", path, headers={**(login(name) if name else {}), **headers})


def test_probes_need_no_account(service: Service) -> None:
    assert [200, 200] == [ask(service, path).status for path in ("/healthz", "/readyz")]


def test_figures_are_for_this_machine_and_for_administrators(service: Service) -> None:
    assert 200 == ask(service, "/metrics").status
    for field in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        forwarded = {field: "192.0.2.7"}
        assert 401 == ask(service, "/metrics", **forwarded).status
        assert 403 == ask(service, "/metrics", "alice", **forwarded).status
        assert 200 == ask(service, "/metrics", "root", **forwarded).status


def test_the_audit_log_is_for_administrators(service: Service) -> None:
    assert 401 == ask(service, "/api/v1/audit").status
    assert 403 == ask(service, "/api/v1/audit", "alice").status
    found = ask(service, "/api/v1/audit?subject=alice", "root").json["entries"]
    assert ["grant.add", "account.add"] == [entry["action"] for entry in found]
    assert all(entry["actor"].startswith("local:") for entry in found)


def test_log_and_audit_log_name_the_account(service: Service) -> None:
    body = b'{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}'
    answer = service.wire.ask("PUT", "/v2/team/app/manifests/v1", body, login("alice"))
    assert 201 == answer.status
    request = answer.headers["x-request-id"]
    lines = service.wait_for(lambda lines: any(line["request"] == request for line in lines))
    (line,) = [line for line in lines if line["request"] == request]
    assert "alice" == line["account"]
    (entry,) = ask(service, "/api/v1/audit?repository=team/app", "root").json["entries"]
    assert ("alice", "manifest.push", request) == (entry["actor"], entry["action"], entry["request"])
    assert PASSWORD not in service.text
    assert login("alice")["Authorization"].split()[1] not in service.text


def test_each_account_may_ask_only_so_often_wherever_it_is(tmp_path: Path) -> None:
    settings = "[limits]\nrequests_per_second_per_account = 0.01\nburst_seconds = 300"
    with Service(with_accounts(tmp_path), settings) as service:
        assert [200, 200, 200, 429] == [ask(service, "/v2/", "alice").status for _ in range(4)]
        refused = ask(service, "/v2/", "alice")
        assert ("TOOMANYREQUESTS", "service.rate-exceeded") == (
            refused.code,
            refused.json["errors"][0]["detail"]["reason"],
        )
        assert 1 <= int(refused.headers["retry-after"]) <= 100
        assert 200 == ask(service, "/v2/", "root").status


def test_a_service_that_is_only_read_still_gives_tokens(tmp_path: Path) -> None:
    with Service(with_accounts(tmp_path), "read_only = true") as service:
        form = (
            f"grant_type=password&service=sealwright&client_id=x&username=alice&password={PASSWORD}"
            "&scope=repository:team/app:pull"
        ).replace(" ", "+")
        content = {"Content-Type": "application/x-www-form-urlencoded"}
        challenge = ask(service, "/v2/").headers["www-authenticate"]
        path = "/" + challenge.partition('realm="')[2].partition('"')[0].split("/", 3)[3]
        answer = service.wire.ask("POST", path, form.encode(), content)
        assert 200 == answer.status, answer
        assert answer.json["access_token"]
        assert 405 == service.wire.ask("POST", "/v2/team/app/blobs/uploads/", headers=login("alice")).status
