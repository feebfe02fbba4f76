"""The audit log: what is in it, that it stays, and how it is read."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import StorageError
from sealwright.service import audit
from sealwright.service.audit.queries import Wanted, page
from sealwright.service.storage import Storage, schema
from sealwright.service.storage.sqlite import SqliteDatabase
from world.registry import Registry
from world.storages import Storages
from world.wire import Answer, Wire

FRAGMENT = json.loads(Path(audit.__file__).with_name("openapi.json").read_text())
PAGE = {"$ref": "#/components/schemas/AuditPage", "components": FRAGMENT["components"]}


def entries(wire: Wire, query: str = "") -> list[dict[str, object]]:
    answer = wire.ask("GET", f"/api/v1/audit?{query}")
    assert 200 == answer.status, answer
    Draft202012Validator(PAGE).validate(answer.json)
    found: list[dict[str, object]] = answer.json["entries"]
    return found


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with Registry(tmp_path) as registry:
        yield Wire(registry.address)


def push(wire: Wire, name: str, to: str, note: str, request: str = "") -> Digest:
    content = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "layers": [],
            "annotations": {"note": note},
        }
    ).encode()
    headers = {"X-Request-Id": request} if request else {}
    answer = wire.ask("PUT", f"/v2/{name}/manifests/{to}", content, headers)
    assert 201 == answer.status
    return Digest.of(content)


def test_every_change_is_noted_with_its_request_and_client(wire: Wire) -> None:
    digest = push(wire, "a", "v1", "one", "trace-1")
    moved = push(wire, "a", "v1", "two", "trace-2")
    blob = wire.push_blob("a", b"blob")
    assert 202 == wire.ask("DELETE", f"/v2/a/blobs/{blob}", headers={"X-Request-Id": "trace-3"}).status
    assert 202 == wire.ask("DELETE", "/v2/a/manifests/v1", headers={"X-Request-Id": "trace-4"}).status
    path = f"/v2/a/manifests/{digest}?reason=revoked"
    assert 202 == wire.ask("DELETE", path, headers={"X-Request-Id": "trace-5"}).status

    found = entries(wire)

    assert [
        ("manifest.delete", str(digest), {"why": "revoked"}, "trace-5"),
        ("tag.delete", "v1", {"why": ""}, "trace-4"),
        ("blob.delete", str(blob), {}, "trace-3"),
        ("manifest.push", str(moved), {"tags": ["v1"]}, "trace-2"),
        ("manifest.push", str(digest), {"tags": ["v1"]}, "trace-1"),
    ] == [(e["action"], e["subject"], e["detail"], e["request"]) for e in found]
    assert {("anonymous", "a", "127.0.0.1")} == {(e["actor"], e["repository"], e["client"]) for e in found}


def test_what_was_refused_is_not_noted(wire: Wire) -> None:
    assert 404 == wire.ask("DELETE", "/v2/a/manifests/v1").status
    assert 404 == wire.ask("DELETE", f"/v2/a/blobs/{Digest.of(b'x')}").status
    assert 400 == wire.ask("PUT", "/v2/a/manifests/v1", b"{").status
    assert [] == entries(wire)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "UPDATE audit SET detail = '{}' WHERE id = 1",
        "INSERT OR REPLACE INTO audit SELECT id, at, 'x', action, '', '', '', '', '{}' FROM audit",
    ],
)
def test_rows_stay_whoever_writes_to_the_database(wire: Wire, tmp_path: Path, statement: str) -> None:
    push(wire, "a", "v1", "one")
    before = entries(wire)
    with (
        closing(sqlite3.connect(tmp_path / "sealwright.db")) as database,
        pytest.raises(sqlite3.IntegrityError, match="never"),
    ):
        database.execute(statement)
    assert before == entries(wire)


def test_rows_are_found_by_what_they_say(wire: Wire) -> None:
    one = push(wire, "a", "v1", "one")
    push(wire, "b", "v1", "two")
    wire.ask("DELETE", "/v2/b/manifests/v1")
    newest, _, oldest = entries(wire)
    assert ["b", "b"] == [e["repository"] for e in entries(wire, "repository=b")]
    assert ["tag.delete"] == [e["action"] for e in entries(wire, "action=tag.delete")]
    assert ["a"] == [e["repository"] for e in entries(wire, f"subject={one}")]
    assert [newest] == entries(wire, "repository=b&action=tag.delete&actor=anonymous")
    assert [] == entries(wire, "actor=nobody")
    since, until = quote(str(newest["at"])), quote(str(oldest["at"]))
    assert [newest] == entries(wire, f"since={since}")
    assert [] == entries(wire, f"until={until}")
    assert 2 == len(entries(wire, f"until={since}"))
    assert 3 == len(entries(wire, "since=2020-01-01T00:00:00%2B01:00&until=9999-12-31t23:59:59.5z"))


def test_pages_follow_each_other_without_gap_or_double_while_rows_are_added(wire: Wire) -> None:
    pushed = [push(wire, "a", "v1", str(number)) for number in range(25)]
    seen: list[object] = []
    path = "/api/v1/audit?repository=a&n=4"
    while path:
        answer = wire.ask("GET", path)
        seen += [e["subject"] for e in answer.json["entries"]]
        push(wire, "a", "later", f"later {len(seen)}")
        path = _next(answer)
    assert [str(digest) for digest in reversed(pushed)] == seen


def _next(answer: Answer) -> str:
    return answer.headers.get("link", "<>").partition("<")[2].partition(">")[0]


@pytest.mark.parametrize(
    "query",
    [
        "n=0",
        "n=-1",
        "n=x",
        "n=%00",
        "after=1",
        "after=1-2-3",
        "after=x",
        "after=" + "9" * 30 + "-1",
        "since=yesterday",
        "until=2026-13-01T00:00:00Z",
        "since=2026-01-01",
        "since=2026-01-01T00:00:00",
        "since=99999-01-01T00:00:00Z",
        "until=",
        "actor=%00",
        "repository=a%00b",
    ],
)
def test_a_parameter_that_cannot_be_used_is_told(wire: Wire, query: str) -> None:
    answer = wire.ask("GET", f"/api/v1/audit?{query}")
    assert (400, "service.parameter-invalid") == (
        answer.status,
        answer.json["errors"][0]["detail"]["reason"],
    )


def test_the_log_is_only_read(wire: Wire) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert 405 == wire.ask(method, "/api/v1/audit").status


def test_a_page_is_found_by_an_index_whatever_is_wanted(tmp_path: Path) -> None:
    database = SqliteDatabase.open(tmp_path / "sealwright.db")
    database.migrate()
    with closing(sqlite3.connect(tmp_path / "sealwright.db")) as plain:
        for condition in ("1", "actor = 'a'", "action = 'a'", "repository = 'a'", "subject = 'a'"):
            rows = f"SELECT * FROM audit WHERE {condition} AND (at, id) < (9, 9)"  # noqa: S608  # our own words
            sql = f"{rows} ORDER BY at DESC, id DESC LIMIT 9"
            plan = " ".join(row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {sql}"))
            assert "USING INDEX audit_by_" in plan, plan
            assert "TEMP B-TREE" not in plan, plan
    database.close()


def test_statements_for_one_database_are_left_out_of_the_other() -> None:
    (migration,) = [m for m in schema.migrations() if m.name == "0003-audit"]
    only = [statement.only for statement in migration.statements]
    assert ["sqlite", "sqlite", "sqlite", "postgresql", "postgresql"] == [name for name in only if name]
    assert not any("-- " in statement.sql for statement in migration.statements)


@pytest.fixture
def storage(storages: Storages, storage_kind: str) -> Iterator[Storage]:
    opened = Storage.open(storages.settings(storage_kind))
    yield opened
    opened.close()


def note(storage: Storage, subject: str, **detail: object) -> None:
    with storage.database.write() as transaction:
        audit.record(transaction, "alice", "noun.verb", repository="a", subject=subject, **detail)


def test_every_database_refuses_to_change_or_delete(storage: Storage) -> None:
    note(storage, "one", why="because")
    statements = ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 7"]
    if storage.database.words["name"] == "postgresql":
        statements.append("TRUNCATE audit")
    else:
        statements.remove("DELETE FROM audit WHERE id = 7")  # which finds no row
    for statement in statements:
        with pytest.raises(StorageError, match="never"), storage.database.write() as transaction:
            transaction.run(statement)
    (entry,) = page(storage.database, Wanted(), None, 10)
    assert ("alice", "noun.verb", "a", "one", '{"why":"because"}') == (
        entry.actor,
        entry.action,
        entry.repository,
        entry.subject,
        entry.detail,
    )


def test_every_database_gives_pages_by_what_is_wanted(storage: Storage) -> None:
    for number in range(5):
        note(storage, str(number))
    everything = page(storage.database, Wanted(), None, 10)
    assert ["4", "3", "2", "1", "0"] == [entry.subject for entry in everything]
    last = everything[1]
    rest = page(storage.database, Wanted("alice", "noun.verb", "a"), (last.at, last.id), 2)
    assert ["2", "1"] == [entry.subject for entry in rest]
    exact = Wanted(subject="3", since=last.at, until=last.at + 1)
    assert [last] == page(storage.database, exact, None, 10)
    assert [] == page(storage.database, Wanted(actor="bob"), None, 10)


def test_pages_are_bounded(wire: Wire) -> None:
    push(wire, "a", "v1", "one")
    assert 1 == len(entries(wire, f"n={limits.AUDIT_PAGE * 10}"))
