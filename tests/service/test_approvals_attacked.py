"""Attacks on approvals through the key that they guard: none signs, and no legitimate one is lost."""

import base64
import contextlib
import json
import sqlite3
import time
from typing import Any

import pytest

from sealwright.approval import proofs
from sealwright.approval.records import Approver, Rules
from world.approvals import ALGORITHM, ApprovalWire
from world.approvers import Person, group, people, rule, rules_of
from world.registry import Registry
from world.vaults import b64
from world.wire import Wire

ADA, BOB, EVE, MAX = people("ada", "bob", "eve", "max")
TWO = rules_of(
    ADA, BOB, EVE, use=rule(group("release", 2, ADA, BOB, EVE)), change=rule(group("all", 2, ADA, BOB))
)


@pytest.fixture(scope="module")
def wire(registry: Registry) -> ApprovalWire:
    made = ApprovalWire(Wire(registry.address))
    made.vault("v")
    return made


@pytest.fixture
def key(wire: ApprovalWire, name: str) -> Any:
    return wire.ruled("v", name[:60], TWO)


def approved(wire: ApprovalWire, key: Any, message: bytes = b"m", *by: Person) -> str:
    identifier: str = wire.open(key["id"], message)["id"]
    for person in by or (ADA, BOB):
        wire.vote(identifier, person)
    return identifier


def test_a_key_signs_what_was_approved_and_gives_the_proof(wire: ApprovalWire, key: Any) -> None:
    assert (403, "approval.needed") == wire.sign_refused(key["id"], ALGORITHM, b"m")
    identifier = wire.open(key["id"], b"m", note="release 1.2")["id"]
    assert (403, "approval.waiting") == wire.sign_refused(key["id"], ALGORITHM, b"m", approval=identifier)
    wire.vote(identifier, ADA)
    assert (403, "approval.waiting") == wire.sign_refused(key["id"], ALGORITHM, b"m", approval=identifier)
    assert "ready" == wire.vote(identifier, BOB)["state"]
    signed = wire.sign(key["id"], ALGORITHM, b"m", approval=identifier)
    proof = proofs.parse(base64.b64decode(signed["proof"]))
    assert "ready" == proofs.verify(proof).state
    assert "spent" == wire.shown(identifier)["state"]
    assert proof.encoded() == wire.ask("GET", f"approvals/{identifier}/proof").body
    assert signed == wire.sign(key["id"], ALGORITHM, b"m", approval=identifier)
    order = {"message": "bQ==", "algorithm": ALGORITHM, "signature": signed["signature"]}
    assert wire.told("POST", f"keys/{key['id']}/verify", order)["valid"]


def test_an_approval_is_spent_on_one_signature(wire: ApprovalWire, key: Any) -> None:
    """Replayed, it gives the very signature that it gave; for anything else it is none."""
    identifier = approved(wire, key)
    first = wire.sign(key["id"], ALGORITHM, b"m", approval=identifier)
    assert first == wire.sign(key["id"], ALGORITHM, b"m", approval=identifier)
    for other in (b"other", b"m "):
        assert (403, "approval.other") == wire.sign_refused(key["id"], ALGORITHM, other, approval=identifier)
    for algorithm in ("ECDSA_SHA_384", "ECDSA_SHA_512"):
        assert (403, "approval.other") == wire.sign_refused(key["id"], algorithm, b"m", approval=identifier)
    assert (404, "approval.unknown") == wire.sign_refused(key["id"], ALGORITHM, b"m", approval="0" * 40)
    assert 1 == len(uses(wire, key))


def uses(wire: ApprovalWire, key: Any) -> list[Any]:
    """What the audit log has of a key's signatures."""
    answer = wire.told("GET", f"audit?action=vault-key.sign&subject={key['id']}")
    return [one for one in answer["entries"] if "error" not in one["detail"]]


def test_an_approval_of_one_key_or_version_is_none_for_another(
    wire: ApprovalWire, key: Any, name: str
) -> None:
    other = wire.ruled("v", f"{name[:50]}-other", TWO)
    identifier = approved(wire, key)
    assert (403, "approval.other") == wire.sign_refused(other["id"], ALGORITHM, b"m", approval=identifier)
    wire.told("POST", f"keys/{key['id']}/versions", {})
    assert (403, "approval.other") == wire.sign_refused(key["id"], ALGORITHM, b"m", approval=identifier)
    assert wire.sign(key["id"], ALGORITHM, b"m", approval=identifier, version=1)


def test_one_person_is_one_however_often_they_vote(wire: ApprovalWire, name: str) -> None:
    """Not by the same vote, nor by another key, nor for two groups, nor under another's name."""
    both = Rules(
        (Approver("ada", (ADA.key, ADA.also.key)), BOB.approver),
        use=rule(group("release", 1, ADA, BOB), group("security", 1, ADA, BOB)),
    )
    key = wire.ruled("v", name[:60], both)
    identifier = wire.open(key["id"])["id"]
    wire.vote(identifier, ADA)
    assert "waiting" == wire.vote(identifier, ADA)["state"], "the same again changes nothing"
    assert (409, "approval.voted") == wire.vote_refused(identifier, ADA.also)
    as_bob = wire.said(identifier, ADA) | {"person": "bob"}
    assert (403, "approval.key-unknown") == wire.refused("POST", f"approvals/{identifier}/votes", as_bob)
    assert (403, "approval.no-say") == wire.vote_refused(identifier, MAX)
    assert [[("release", 1), ("security", 0)]] == [
        [(one["group"], one["given"]) for one in groups] for groups in wire.shown(identifier)["alternatives"]
    ]
    assert (403, "approval.waiting") == wire.sign_refused(key["id"], ALGORITHM, b"m", approval=identifier)
    wire.vote(identifier, BOB)
    assert wire.sign(key["id"], ALGORITHM, b"m", approval=identifier)


def test_a_vote_on_one_request_is_none_on_another(wire: ApprovalWire, key: Any) -> None:
    """Not even on one that asks for the same."""
    first, second = wire.open(key["id"])["id"], wire.open(key["id"])["id"]
    said = wire.said(first, ADA)
    answer = wire.refused("POST", f"approvals/{second}/votes", said)
    assert (403, "approval.signature-invalid") == answer
    as_denial = wire.refused("POST", f"approvals/{first}/votes", said | {"decision": "deny"})
    assert (403, "approval.signature-invalid") == as_denial


def test_a_denial_ends_it_whatever_was_approved(wire: ApprovalWire, key: Any) -> None:
    identifier = approved(wire, key)
    assert "denied" == wire.vote(identifier, EVE, "deny")["state"]
    assert (403, "approval.denied") == wire.sign_refused(key["id"], ALGORITHM, b"m", approval=identifier)
    assert (409, "approval.closed") == wire.vote_refused(identifier, EVE)
    assert "eve" == wire.shown(identifier)["deniedBy"]


def test_an_approver_who_was_removed_counts_no_more(wire: ApprovalWire, key: Any) -> None:
    """The rules are changed by an approved change; what was given under the old ones is void."""
    identifier, half = approved(wire, key), wire.open(key["id"], b"half")["id"]
    wire.vote(half, ADA)
    fewer = rules_of(ADA, BOB, EVE, use=rule(group("release", 2, ADA, EVE)), change=TWO.change or rule())
    document = json.loads(fewer.encoded())
    action = f"keys/{key['id']}/actions/change-rules"
    assert (403, "approval.needed") == wire.refused("POST", action, {"rules": document})
    order = {"operation": "change", "key": key["id"], "message": b64(fewer.encoded())}
    change = wire.told("POST", "approvals", order)["id"]
    for person in (ADA, BOB):
        wire.vote(change, person)
    others = json.loads(rules_of(ADA, use=rule(group("release", 1, ADA))).encoded())
    assert (403, "approval.other") == wire.refused("POST", action, {"rules": others, "approval": change})
    wire.told("POST", action, {"rules": document, "approval": change})
    assert (403, "approval.rules-changed") == wire.sign_refused(
        key["id"], ALGORITHM, b"m", approval=identifier
    )
    assert "void" == wire.shown(half)["state"]
    assert (409, "approval.closed") == wire.vote_refused(half, BOB)
    again = approved(wire, key, b"m", ADA, EVE)
    assert wire.sign(key["id"], ALGORITHM, b"m", approval=again)


def test_early_by_the_time_lock_and_late_by_the_time_out_nothing_is_signed(
    wire: ApprovalWire, name: str
) -> None:
    rules = rules_of(
        ADA,
        BOB,
        use=rule(group("all", 1, ADA), group("two", 1, BOB), time_lock=1, time_out=2, spend_within=1),
    )
    key = wire.ruled("v", name[:60], rules)
    late = wire.open(key["id"], b"late")["id"]
    wire.vote(late, ADA)
    early = approved(wire, key, b"m", ADA, BOB)
    assert (403, "approval.locked") == wire.sign_refused(key["id"], ALGORITHM, b"m", approval=early)
    assert "ready" == settled(wire, early, "locked")
    assert wire.sign(key["id"], ALGORITHM, b"m", approval=early)
    unused = approved(wire, key, b"unused", ADA, BOB)
    assert "expired" == settled(wire, late, "waiting")
    assert (403, "approval.expired") == wire.sign_refused(key["id"], ALGORITHM, b"late", approval=late)
    assert (409, "approval.closed") == wire.vote_refused(late, BOB)
    assert "expired" == settled(wire, unused, "locked", "ready")
    assert (403, "approval.expired") == wire.sign_refused(key["id"], ALGORITHM, b"unused", approval=unused)


def settled(wire: ApprovalWire, identifier: str, *before: str) -> str:
    """How a request stands when it does not stand so any more."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        shown = wire.shown(identifier, "?wait=5")
        if shown["state"] not in before:
            return str(shown["state"])
    raise TimeoutError(identifier)


def test_block_and_unblock_are_under_rules_of_their_own(wire: ApprovalWire, name: str) -> None:
    rules = rules_of(ADA, BOB, block=rule(group("a", 1, ADA)), unblock=rule(group("b", 1, BOB)))
    key = wire.ruled("v", name[:60], rules)
    assert wire.sign(key["id"], ALGORITHM, b"m"), "its use needs nobody"
    block, unblock = f"keys/{key['id']}/actions/block", f"keys/{key['id']}/actions/unblock"
    assert (403, "approval.needed") == wire.refused("POST", block, {})
    asked = wire.told("POST", "approvals", {"operation": "block", "key": key["id"]})["id"]
    assert (403, "approval.no-say") == wire.vote_refused(asked, BOB)
    wire.vote(asked, ADA)
    assert (403, "approval.other") == wire.refused("POST", unblock, {"approval": asked})
    wire.told("POST", block, {"approval": asked})
    assert (409, "vault.key-blocked") == wire.sign_refused(key["id"], ALGORITHM, b"m")
    wire.told("POST", block, {"approval": asked})
    free = wire.told("POST", "approvals", {"operation": "unblock", "key": key["id"]})["id"]
    wire.vote(free, BOB)
    wire.told("POST", unblock, {"approval": free})
    assert wire.sign(key["id"], ALGORITHM, b"m")


def test_rows_of_the_database_edited_by_hand_sign_nothing(
    wire: ApprovalWire, registry: Registry, key: Any
) -> None:
    """Rule, state, count, votes: one at a time, under the running server; put right, it signs."""
    identifier = wire.open(key["id"])["id"]
    wire.vote(identifier, ADA)
    weak = rules_of(ADA, use=rule(group("release", 1, ADA)))
    edits = (
        ("approval_requests", "state", "'ready'", "id", identifier),
        ("approval_requests", "ready_at", "1", "id", identifier),
        ("approval_requests", "expires_at", "9000000000000000", "id", identifier),
        ("approval_requests", "entries", "1", "id", identifier),
        ("approval_requests", "rules", f"'{weak.digest}'", "id", identifier),
        ("approval_entries", "kind", "'spent'", "request", identifier),
        ("approval_entries", "at", "1", "request", identifier),
        ("vault_keys", "rules", "''", "id", key["id"]),
        ("vault_keys", "rules", f"'{weak.encoded().decode()}'", "id", key["id"]),
    )
    database = sqlite3.connect(registry.folder / "sealwright.db", timeout=10, isolation_level=None)
    with contextlib.closing(database):
        for table, column, value, by, whose in edits:
            before = database.execute(
                f"SELECT rowid, {column} FROM {table} WHERE {by} = ?", (whose,)
            ).fetchall()
            assert before, table
            database.execute(f"UPDATE {table} SET {column} = {value} WHERE {by} = ?", (whose,))
            assert (500, "sealing.altered") == wire.sign_refused(
                key["id"], ALGORITHM, b"m", approval=identifier
            ), (table, column)
            for row, old in before:
                database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (old, row))
    assert (403, "approval.waiting") == wire.sign_refused(key["id"], ALGORITHM, b"m", approval=identifier)
    wire.vote(identifier, BOB)
    assert wire.sign(key["id"], ALGORITHM, b"m", approval=identifier)
