"""Administration over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sealwright.service import accounts
from sealwright.service.accounts.actions import grants
from world.accounts import ACTOR, Guarded, basic, bearer, token_for
from world.wire import Answer


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with Guarded(tmp_path_factory.mktemp("api")) as running:
        grants.grant(running.database, ACTOR, "alice", "team/*", {"pull"})
        running.settle()
        yield running


@pytest.fixture(scope="module")
def alice(guarded: Guarded) -> dict[str, str]:
    return basic("alice", guarded.token("alice"))


def ask(guarded: Guarded, method: str, path: str, headers: object, order: object = None) -> Answer:
    content = None if order is None else json.dumps(order).encode()
    return guarded.wire.ask(method, f"/api/v1/{path}", content, headers)  # type: ignore[arg-type]  # a mapping


def test_who_asks_is_told_who_they_are(guarded: Guarded, alice: dict[str, str]) -> None:
    found = ask(guarded, "GET", "me", alice)
    grant = {"pattern": "team/*", "rights": ["pull"]}
    expected = {"name": "alice", "kind": "user", "administers": False, "grants": [grant]}
    assert (200, expected) == (found.status, found.json)
    assert "no-store" == found.headers["cache-control"]
    assert (401, "UNAUTHORIZED") == (ask(guarded, "GET", "me", {}).status, ask(guarded, "GET", "me", {}).code)


def test_tokens_are_made_listed_and_revoked(guarded: Guarded, alice: dict[str, str]) -> None:
    made = ask(guarded, "POST", "tokens", alice, {"note": "laptop", "seconds": 3600})
    assert 201 == made.status
    own = bearer(made.json["token"])
    assert 200 == ask(guarded, "GET", "me", own).status
    listed = {one["id"]: one for one in ask(guarded, "GET", "tokens", own).json["tokens"]}
    assert ("laptop", "personal", True) == tuple(
        listed[made.json["id"]][member] for member in ("note", "kind", "current")
    )
    assert made.json["token"] not in json.dumps(listed)
    assert 204 == ask(guarded, "DELETE", "tokens/current", own).status
    guarded.settle()
    assert 401 == ask(guarded, "GET", "me", own).status
    for_ever = ask(guarded, "POST", "tokens", alice, {"seconds": 0}).json
    assert for_ever["expires"] is None
    assert 204 == ask(guarded, "DELETE", f"tokens/{for_ever['id']}", alice).status
    assert 404 == ask(guarded, "DELETE", f"tokens/{for_ever['id']}", alice).status


def test_tokens_of_others_are_out_of_reach(guarded: Guarded, alice: dict[str, str]) -> None:
    theirs = ask(guarded, "POST", "tokens", guarded.admin, {}).json["id"]
    assert 404 == ask(guarded, "DELETE", f"tokens/{theirs}", alice).status
    assert theirs not in [one["id"] for one in ask(guarded, "GET", "tokens", alice).json["tokens"]]
    assert 401 == ask(guarded, "POST", "tokens", {}, {}).status
    assert 401 == ask(guarded, "GET", "tokens", {}).status


def test_a_bearer_token_makes_no_personal_one(guarded: Guarded, alice: dict[str, str]) -> None:
    scoped = bearer(token_for(guarded.wire, alice, "repository:team/app:pull").json["token"])
    assert 401 == ask(guarded, "POST", "tokens", scoped, {}).status
    assert 401 == ask(guarded, "GET", "grants", scoped).status
    wide = bearer(
        token_for(guarded.wire, guarded.admin, "registry:catalog:*", "repository:a:*").json["token"]
    )
    refused = ask(guarded, "GET", "grants", wide)
    assert 401 == refused.status
    assert 'scope="registry:admin:*",error="insufficient_scope"' in refused.headers["www-authenticate"]
    asked = bearer(token_for(guarded.wire, guarded.admin, "registry:admin:*").json["token"])
    assert 200 == ask(guarded, "GET", "grants", asked).status


def test_only_administrators_see_and_change_grants(guarded: Guarded, alice: dict[str, str]) -> None:
    order = {"account": "alice", "pattern": "other/*", "rights": ["push", "sign"]}
    assert (403, "DENIED") == (
        ask(guarded, "POST", "grants", alice, order).status,
        ask(guarded, "POST", "grants", alice, order).code,
    )
    assert 403 == ask(guarded, "GET", "grants", alice).status
    assert 403 == ask(guarded, "DELETE", "grants?account=alice&pattern=a&right=pull", alice).status
    assert 401 == ask(guarded, "POST", "grants", {}, order).status
    made = ask(guarded, "POST", "grants", guarded.admin, order)
    assert (201, {"new": 2}) == (made.status, made.json)
    expected = {"account": "alice", "pattern": "other/*", "rights": ["push", "sign"]}
    assert expected in ask(guarded, "GET", "grants", guarded.admin).json["grants"]
    query = "grants?account=alice&pattern=other/*&right=push&right=sign"
    assert {"removed": 2} == ask(guarded, "DELETE", query, guarded.admin).json
    assert {"removed": 0} == ask(guarded, "DELETE", query, guarded.admin).json


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"account": "alice"}',
        b'{"account": "alice", "pattern": "a", "rights": []}',
        b'{"account": "alice", "pattern": "a", "rights": ["fly"]}',
        b'{"account": "alice", "pattern": "a", "rights": "pull"}',
        b'{"account": 7, "pattern": "a", "rights": ["pull"]}',
        b'{"account": "alice", "pattern": "A", "rights": ["pull"]}',
        b'{"account": "alice", "pattern": "a", "rights": ["pull"], "more": 1}',
        b'{"account": "alice", "account": "admin", "pattern": "a", "rights": ["pull"]}',
        b"[" * 30_000,
    ],
)
def test_odd_orders_are_refused(guarded: Guarded, content: bytes) -> None:
    answer = guarded.wire.ask("POST", "/api/v1/grants", content, guarded.admin)
    assert 400 == answer.status, answer


def test_bounds_are_held(guarded: Guarded, alice: dict[str, str]) -> None:
    for order in ({"seconds": -1}, {"seconds": 10**12}, {"note": "a" * 201}, {"seconds": "1"}):
        assert 400 == ask(guarded, "POST", "tokens", alice, order).status, order
    assert 413 == guarded.wire.ask("POST", "/api/v1/tokens", b" " * 70_000, alice).status
    nobody = {"account": "x", "pattern": "a", "rights": ["pull"]}
    assert 404 == ask(guarded, "POST", "grants", guarded.admin, nobody).status
    assert 400 == ask(guarded, "DELETE", "grants?account=alice&pattern=a&right=fly", guarded.admin).status
    refused = ask(guarded, "PUT", "me", alice, {})
    assert (405, "GET") == (refused.status, refused.headers["allow"])
    assert 404 == ask(guarded, "DELETE", "tokens/NOT-ONE", alice).status
    page = {**alice, "Origin": "https://evil.example"}
    assert 403 == ask(guarded, "POST", "tokens", page, {}).status


def test_its_description_names_every_route_and_no_other(guarded: Guarded) -> None:
    path = Path(accounts.__file__).with_name("openapi.json")
    described: dict[str, Any] = json.loads(path.read_text())
    routes = {
        (name, method.upper())
        for name, item in described["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert {
        ("/api/v1/me", "GET"),
        ("/api/v1/tokens", "GET"),
        ("/api/v1/tokens", "POST"),
        ("/api/v1/tokens/{id}", "DELETE"),
        ("/api/v1/grants", "GET"),
        ("/api/v1/grants", "POST"),
        ("/api/v1/grants", "DELETE"),
        ("/token", "GET"),
        ("/token", "POST"),
    } == routes
    schemas = described["components"]["schemas"]
    for reference in set(json.dumps(described).split('"$ref": "#/components/schemas/')[1:]):
        assert reference.partition('"')[0] in schemas
