"""Attacks on approvals through the key that they guard: none signs, and no legitimate one is lost."""

import base64
from typing import Any

import pytest

from sealwright.approval import proofs
from world.approvals import ALGORITHM, ApprovalWire
from world.approvers import Person, group, people, rule, rules_of
from world.registry import Registry
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
