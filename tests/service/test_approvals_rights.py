"""Who may ask for approvals, see them, vote and enrol, where there are accounts."""

from collections.abc import Iterator
from typing import Any

import pytest

from world.accounts import Guarded, basic
from world.approvals import ALGORITHM, ApprovalWire
from world.approvers import group, people, rule, rules_of, vote_order
from world.wire import Wire

ADA, BOB, EVE = people("ada", "bob", "eve")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with Guarded(tmp_path_factory.mktemp("guarded")) as made:
        yield made


@pytest.fixture(scope="module")
def wires(guarded: Guarded) -> dict[str, ApprovalWire]:
    who = {
        "admin": guarded.admin,
        "alice": basic("alice", "wonderland"),
        "signer": guarded.robot("signer", sign="vault:v/*"),
        "reader": guarded.robot("reader", pull="vault:v/*"),
        "stranger": guarded.robot("stranger", sign="*"),
        "nobody": {},
    }
    guarded.settle()
    made = {name: ApprovalWire(Wire(guarded.registry.address, fields)) for name, fields in who.items()}
    made["admin"].vault("v")
    return made


@pytest.fixture(scope="module")
def key(wires: dict[str, ApprovalWire]) -> str:
    alice = ADA.called("alice")
    rules = rules_of(alice, BOB, use=rule(group("a", 1, alice, BOB)), block=rule(group("a", 1, alice)))
    return str(wires["admin"].ruled("v", "k", rules)["id"])


def test_only_who_may_sign_may_ask(wires: dict[str, ApprovalWire], key: str) -> None:
    order = {"operation": "use", "key": key, "algorithm": ALGORITHM, "message": "bQ=="}
    assert "signer" == wires["signer"].told("POST", "approvals", order)["requestedBy"]
    assert (403, "service.right-missing") == wires["reader"].refused("POST", "approvals", order)
    assert (404, "vault.unknown") == wires["stranger"].refused("POST", "approvals", order)
    assert 401 == wires["nobody"].refused("POST", "approvals", order)[0]
    block = {"operation": "block", "key": key}
    assert (403, "service.right-missing") == wires["signer"].refused("POST", "approvals", block)


def test_requests_are_shown_to_those_whom_they_concern(wires: dict[str, ApprovalWire], key: str) -> None:
    identifier = wires["signer"].open(key)["id"]
    for name in ("admin", "signer", "reader", "alice"):
        assert identifier == wires[name].shown(identifier)["id"]
        assert identifier in [one["id"] for one in wires[name].told("GET", "approvals")["items"]]
    for path in (
        f"approvals/{identifier}",
        f"approvals/{identifier}?wait=1",
        f"approvals/{identifier}/proof",
    ):
        assert (404, "approval.unknown") == wires["stranger"].refused("GET", path)
        assert 401 == wires["nobody"].refused("GET", path)[0]
    assert [] == wires["stranger"].told("GET", "approvals")["items"]
    assert (404, "approval.no-such-key") == wires["stranger"].refused("GET", f"keys/{key}/approvers")
    assert 401 == wires["nobody"].refused("GET", "approvals")[0]
    assert 401 == wires["nobody"].refused("GET", "approvers")[0]


def test_a_vote_is_worth_its_signature_whoever_brings_it(wires: dict[str, ApprovalWire], key: str) -> None:
    identifier = wires["signer"].open(key)["id"]
    asked = wires["signer"].asked(identifier)
    forged = vote_order(EVE.called("bob").vote(asked)) | {"fingerprint": BOB.key.fingerprint}
    path = f"approvals/{identifier}/votes"
    assert (403, "approval.signature-invalid") == wires["admin"].refused("POST", path, forged)
    good = vote_order(BOB.vote(asked))
    assert (404, "approval.unknown") == wires["stranger"].refused("POST", path, good)
    assert 401 == wires["nobody"].refused("POST", path, good)[0]
    assert "ready" == wires["reader"].told("POST", path, good)["state"]
    audit: Any = wires["admin"].told("GET", f"audit?subject={identifier}&action=approval.approve")
    assert [("reader", "bob")] == [(one["actor"], one["detail"]["person"]) for one in audit["entries"]]


def test_everybody_enrols_themselves_and_an_administrator_anybody(wires: dict[str, ApprovalWire]) -> None:
    keys = [ADA.public.decode()]
    assert (
        "alice" == wires["alice"].told("POST", "approvers", {"person": "alice", "keys": keys})["enrolledBy"]
    )
    other = {"person": "bob", "keys": keys}
    assert (403, "approval.not-yourself") == wires["alice"].refused("POST", "approvers", other)
    assert "admin" == wires["admin"].told("POST", "approvers", other)["enrolledBy"]
    assert (403, "approval.not-yourself") == wires["alice"].refused("DELETE", "approvers/bob")
    robot = {"person": "signer", "keys": keys}
    assert (403, "approval.not-yourself") == wires["signer"].refused("POST", "approvers", robot)
    assert 401 == wires["nobody"].refused("POST", "approvers", other)[0]
    assert 204 == wires["alice"].ask("DELETE", "approvers/alice").status
    assert 204 == wires["admin"].ask("DELETE", "approvers/bob").status
