"""Requests, votes and people over HTTP: what is told of them, pages, waiting, and what is refused."""

import base64
import threading
import time

import pytest

from world.approvals import ALGORITHM, ApprovalWire
from world.approvers import Person, group, people, rule, rules_of
from world.registry import Registry
from world.vaults import b64
from world.wire import Wire

ADA, BOB, EVE = people("ada", "bob", "eve")
TWO = rules_of(ADA, BOB, EVE, use=rule(group("release", 2, ADA, BOB), group("security", 1, EVE)))


@pytest.fixture(scope="module")
def wire(registry: Registry) -> ApprovalWire:
    made = ApprovalWire(Wire(registry.address))
    made.vault("v")
    return made


@pytest.fixture
def key(wire: ApprovalWire, name: str) -> str:
    return str(wire.ruled("v", name[:60], TWO)["id"])


def test_a_request_tells_all_that_people_sign(wire: ApprovalWire, key: str) -> None:
    shown = wire.open(key, b"what is signed", note="why")
    assert ("use", key, ALGORITHM, False, "why", "anonymous", "waiting") == tuple(
        shown[name] for name in ("operation", "key", "algorithm", "digested", "note", "requestedBy", "state")
    )
    assert wire.told("GET", f"keys/{key}")["currentVersion"] == shown["version"]
    assert b64(b"what is signed") == shown["message"]
    asked = wire.asked(shown["id"])
    assert (asked.digest, asked.rules_digest, asked.nonce) == (
        shown["digest"],
        shown["rules"],
        base64.b64decode(shown["nonce"]),
    )
    assert ["ada", "bob", "eve"] == shown["waitsFor"]
    voted = wire.vote(shown["id"], EVE)
    assert [
        [{"group": "release", "given": 0, "quorum": 2}, {"group": "security", "given": 1, "quorum": 1}]
    ] == voted["alternatives"]
    assert ["eve"] == [one["person"] for one in voted["votes"]]
    assert ["ada", "bob"] == voted["waitsFor"]
    assert shown["revision"] + 1 == voted["revision"]


def test_requests_are_listed_by_state_key_and_person_page_by_page(
    wire: ApprovalWire, key: str, name: str
) -> None:
    other = wire.ruled("v", f"{name[:50]}-2", rules_of(ADA, use=rule(group("a", 1, ADA))))["id"]
    made = [wire.open(key)["id"] for _ in range(5)]
    ready = wire.open(other)["id"]
    wire.vote(ready, ADA)
    wire.vote(made[0], EVE, "deny")
    wire.told("POST", f"keys/{other}/sign", {"message": b64(b"m"), "algorithm": ALGORITHM, "approval": ready})

    def listed(query: str) -> list[str]:
        found: list[str] = []
        place = ""
        while True:
            page = wire.told("GET", f"approvals?{query}{place}")
            found += [one["id"] for one in page["items"]]
            if page["next"] is None:
                return found
            place = f"&last={page['next']}"

    assert made[::-1] == listed(f"key={key}")
    assert made[::-1] == listed(f"key={key}&n=2")
    assert made[:0:-1] == listed(f"key={key}&state=waiting&n=3")
    assert [made[0]] == listed(f"key={key}&state=denied")
    assert [ready] == listed(f"key={other}&state=spent")
    assert made[::-1] == listed(f"key={key}&person=eve&n=1")
    assert [] == listed(f"key={other}&person=eve")
    for state in ("locked", "ready", "expired", "void"):
        assert [] == listed(f"key={key}&state={state}")
    assert {ready, *made} <= set(listed("n=4"))
    for query, reason in (
        ("state=open", "service.filter-invalid"),
        ("last=x", "service.filter-invalid"),
        ("n=0", "service.page-invalid"),
    ):
        assert (400, reason) == wire.refused("GET", f"approvals?{query}")
    assert (404, "approval.no-such-key") == wire.refused("GET", "approvals?key=none")


def test_who_can_approve_what_is_told(wire: ApprovalWire, key: str, name: str) -> None:
    told = wire.told("GET", f"keys/{key}/approvers")
    assert (key, str(TWO.digest)) == (told["key"], told["rules"])
    assert ["ada", "bob", "eve"] == [one["person"] for one in told["people"]]
    groups = told["use"]["alternatives"][0]["groups"]
    assert [("release", 2, ["ada", "bob"]), ("security", 1, ["eve"])] == [
        (one["name"], one["quorum"], one["people"]) for one in groups
    ]
    assert None is told["change"]
    free = wire.key("v", f"{name[:50]}-free")["id"]
    assert (None, []) == (lambda told: (told["rules"], told["people"]))(
        wire.told("GET", f"keys/{free}/approvers")
    )  # two of its members
    assert (404, "approval.no-such-key") == wire.refused("GET", "keys/none/approvers")


def test_an_answer_waits_for_a_change_and_not_longer(wire: ApprovalWire, key: str) -> None:
    identifier = wire.open(key)["id"]
    start = time.monotonic()
    assert "waiting" == wire.shown(identifier, "?wait=1")["state"]
    assert 0.9 <= time.monotonic() - start < 10
    assert wire.shown(identifier, "?wait=30&known=0")["revision"]
    later = threading.Timer(0.5, wire.vote, (identifier, ADA))
    later.start()
    start = time.monotonic()
    assert 1 == len(wire.shown(identifier, "?wait=30")["votes"])
    assert 0.3 < time.monotonic() - start < 20
    later.join()
    for query in ("wait=x", "wait=-1", "known=x"):
        assert (400, "service.filter-invalid") == wire.refused("GET", f"approvals/{identifier}?{query}")
    assert (404, "approval.unknown") == wire.refused("GET", "approvals/none?wait=1")


@pytest.mark.parametrize(
    ("order", "status", "reason"),
    [
        ({}, 400, "service.request-invalid"),
        ({"operation": "use"}, 400, "service.request-invalid"),
        ({"operation": "use", "key": "none"}, 404, "vault.unknown"),
        ({"operation": "burn", "key": "k"}, 400, "service.request-invalid"),
        ({"operation": "use", "key": "k", "more": 1}, 400, "service.request-invalid"),
        ({"operation": "use", "key": "k", "message": "?"}, 400, "service.request-invalid"),
        ({"operation": "use", "key": "k", "note": "x" * 1001}, 400, "service.request-invalid"),
        ({"operation": "use", "key": "k", "message": b64(bytes(400_000))}, 413, "service.body-too-large"),
    ],
)
def test_what_asks_for_nothing_is_refused(
    wire: ApprovalWire, order: dict[str, object], status: int, reason: str
) -> None:
    assert (status, reason) == wire.refused("POST", "approvals", order)


def test_a_request_for_what_needs_none_is_refused(wire: ApprovalWire, key: str) -> None:
    assert (409, "approval.not-needed") == wire.refused(
        "POST", "approvals", {"operation": "block", "key": key}
    )
    assert (404, "approval.unproven") == wire.refused("GET", f"approvals/{wire.open(key)['id']}/proof")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"person":"a","person":"b"}', b"\xff", b"[" * 5000])
def test_votes_that_are_none_are_refused(wire: ApprovalWire, body: bytes) -> None:
    for path in ("approvals/x/votes", "approvals", "approvers"):
        answer = wire.wire.ask("POST", f"/api/v1/{path}", body)
        assert 400 == answer.status, answer


def test_paths_and_methods_that_are_not_there_are_refused(wire: ApprovalWire) -> None:
    assert 405 == wire.ask("DELETE", "approvals").status
    assert 405 == wire.ask("PUT", "approvals/x").status
    assert 404 == wire.ask("GET", "approvals/x/y").status


def test_people_enrol_keys_of_every_kind(wire: ApprovalWire) -> None:
    keys = [ADA.public.decode(), Person.p256("ada").public.decode(), b64(Person.openpgp("ada").public)]
    made = wire.told("POST", "approvers", {"person": "ada@example.com", "keys": keys})
    assert ["ed25519", "p256", "openpgp"] == [one["kind"] for one in made["keys"]]
    assert made == wire.told("GET", "approvers/ada@example.com")
    again = wire.told("POST", "approvers", {"person": "ada@example.com", "keys": keys[:1]})
    assert [ADA.key.fingerprint] == [one["fingerprint"] for one in again["keys"]]
    for name in ("eve", "bob"):
        wire.told("POST", "approvers", {"person": name, "keys": keys[:1]})
    page = wire.told("GET", "approvers?n=2")
    assert (["ada@example.com", "bob"], "bob") == ([one["person"] for one in page["items"]], page["next"])
    assert ["eve"] == [one["person"] for one in wire.told("GET", "approvers?n=2&last=bob")["items"]]
    assert 204 == wire.ask("DELETE", "approvers/eve").status
    assert (404, "approval.approver-unknown") == wire.refused("DELETE", "approvers/eve")
    assert (404, "approval.approver-unknown") == wire.refused("GET", "approvers/eve")
    for order, reason in (
        ({"person": "a b", "keys": keys[:1]}, "approval.enrolment-invalid"),
        ({"person": "", "keys": keys[:1]}, "approval.enrolment-invalid"),
        ({"person": "x", "keys": []}, "service.request-invalid"),
        ({"person": "x", "keys": keys[:1] * 5}, "service.request-invalid"),
        ({"person": "x", "keys": ["?"]}, "service.request-invalid"),
        ({"person": "x", "keys": ["AAAA"]}, "approval.key-unusable"),
    ):
        assert (400, reason) == wire.refused("POST", "approvers", order)
    actions = [one["action"] for one in wire.told("GET", "audit?subject=ada@example.com")["entries"]]
    assert ["approver.replace", "approver.enrol"] == actions


def test_enrolment_edited_by_hand_is_noticed(registry: Registry, wire: ApprovalWire) -> None:
    import sqlite3  # noqa: PLC0415  # whoever has the database has this

    wire.told("POST", "approvers", {"person": "max", "keys": [ADA.public.decode()]})
    database = sqlite3.connect(registry.folder / "sealwright.db", timeout=10, isolation_level=None)
    (before,) = database.execute("SELECT keys FROM approvers WHERE person = 'max'").fetchone()
    database.execute("UPDATE approvers SET keys = REPLACE(keys, 'ed25519', 'rsa') WHERE person = 'max'")
    assert (500, "sealing.altered") == wire.refused("GET", "approvers/max")
    database.execute("UPDATE approvers SET keys = ? WHERE person = 'max'", (before,))
    database.close()
    wire.told("GET", "approvers/max")
