"""Keys whose rules cover what is done with them: nothing without an approval, and nothing twice with one."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealwright.approval import proofs
from sealwright.approval.keys import ApproverKey
from sealwright.approval.records import Alternative, Approver, Group, Rule, Rules
from sealwright.approval.requests import parse
from world.registry import Registry
from world.vaults import VaultWire, b64
from world.wire import Wire

MESSAGE = b"what is signed"
ALGORITHM = "ECDSA_SHA_256"


class Ada:
    """The one who approves."""

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        pem = self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.key = ApproverKey.of(pem)

    def rules(self, *operations: str) -> dict[str, Any]:
        rule = Rule((Alternative((Group("one", 1, ("ada",)),)),))
        made = Rules((Approver("ada", (self.key,)),), **dict.fromkeys(("change", *operations), rule))
        found: dict[str, Any] = json.loads(made.encoded())
        return found


class Scene:
    """A service with a vault, and somebody who approves."""

    def __init__(self, address: str) -> None:
        self.vaults = VaultWire(Wire(address))
        self.ada = Ada()
        self.vaults.vault("v")

    def key(self, name: str, *operations: str) -> str:
        identifier: str = self.vaults.key("v", name, rules=self.ada.rules(*operations))["id"]
        return identifier

    def approved(self, key: str, operation: str, message: bytes, **more: object) -> str:
        """A request that was approved."""
        request = self.asked(key, operation, message, **more)
        self.approve(request)
        return request

    def asked(self, key: str, operation: str, message: bytes, **more: object) -> str:
        order = {"key": key, "operation": operation, "message": b64(message), **more}
        request: str = self.vaults.told("POST", "approvals", order)["id"]
        return request

    def approve(self, request: str) -> None:
        shown = parse(base64.b64decode(self.vaults.told("GET", f"approvals/{request}")["request"]))
        vote = {
            "person": "ada",
            "fingerprint": self.ada.key.fingerprint,
            "decision": "approve",
            "signature": b64(self.ada._private.sign(shown.statement("approve"))),
        }
        self.vaults.told("POST", f"approvals/{request}/votes", vote)

    def to_sign(self, key: str, message: bytes = MESSAGE) -> str:
        return self.approved(key, "use", message, algorithm=ALGORITHM)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Registry(tmp_path_factory.mktemp("registry")) as registry:
        yield Scene(registry.address)


def test_a_key_signs_once_what_was_approved_and_tells_it_again(scene: Scene) -> None:
    key = scene.key("used", "use")
    refused = scene.vaults.sign_refused
    assert (403, "approval.needed") == refused(key, ALGORITHM, MESSAGE)
    waiting = scene.asked(key, "use", MESSAGE, algorithm=ALGORITHM)
    assert (403, "approval.waiting") == refused(key, ALGORITHM, MESSAGE, approval=waiting)
    scene.approve(waiting)
    assert (403, "approval.other") == refused(key, ALGORITHM, b"another", approval=waiting)
    made = scene.vaults.sign(key, ALGORITHM, MESSAGE, approval=waiting)
    assert made == scene.vaults.sign(key, ALGORITHM, MESSAGE, approval=waiting)  # ECDSA differs each time
    proof = proofs.parse(base64.b64decode(made["proof"]))
    assert "ready" == proofs.verify(proof).state
    entries = scene.vaults.told("GET", f"audit?subject={key}&action=vault-key.sign")["entries"]
    assert [waiting] == [one["detail"]["approval"] for one in entries]
    order = {"message": b64(MESSAGE), "algorithm": ALGORITHM, "signature": made["signature"]}
    assert {"valid": True} == scene.vaults.told("POST", f"keys/{key}/verify", order)


def test_what_was_approved_for_one_key_or_version_is_for_no_other(scene: Scene) -> None:
    one, other = scene.key("one", "use"), scene.key("other", "use")
    approved = scene.to_sign(one)
    assert (403, "approval.other") == scene.vaults.sign_refused(other, ALGORITHM, MESSAGE, approval=approved)
    scene.vaults.told("POST", f"keys/{one}/versions", {})
    assert (403, "approval.other") == scene.vaults.sign_refused(one, ALGORITHM, MESSAGE, approval=approved)
    scene.vaults.sign(one, ALGORITHM, MESSAGE, version=1, approval=approved)


def test_many_who_bring_one_approval_get_one_signature(scene: Scene) -> None:
    key = scene.key("raced", "use")
    approved = scene.to_sign(key)
    with ThreadPoolExecutor(8) as threads:
        made = list(
            threads.map(
                lambda _: scene.vaults.sign(key, ALGORITHM, MESSAGE, approval=approved)["signature"],
                range(16),
            )
        )
    assert 1 == len(set(made))


def test_an_approval_is_not_lost_with_what_was_refused(scene: Scene) -> None:
    key = scene.key("switched", "use")
    approved = scene.to_sign(key)
    scene.vaults.told("POST", f"keys/{key}/actions/disable", {})
    assert (409, "vault.state") == scene.vaults.sign_refused(key, ALGORITHM, MESSAGE, approval=approved)
    scene.vaults.told("POST", f"keys/{key}/actions/enable", {})
    scene.vaults.told("POST", f"keys/{key}/actions/block", {})
    assert (409, "vault.key-blocked") == scene.vaults.sign_refused(key, ALGORITHM, MESSAGE, approval=approved)
    scene.vaults.told("POST", f"keys/{key}/actions/unblock", {})
    scene.vaults.sign(key, ALGORITHM, MESSAGE, approval=approved)


@pytest.mark.parametrize(
    ("action", "operation", "message", "member", "expected"),
    [
        ("block", "block", b"", "blocked", True),
        ("unblock", "unblock", b"", "blocked", False),
        ("disable", "block", b"disable", "state", "DISABLED"),
        ("enable", "unblock", b"enable", "state", "ENABLED"),
    ],
)
def test_a_rule_covers_switching_off_and_on(
    scene: Scene, action: str, operation: str, message: bytes, member: str, expected: object
) -> None:
    key = scene.key(f"ruled-{action}", operation)
    if operation == "unblock":
        off = {"enable": "disable", "unblock": "block"}[action]
        scene.vaults.told("POST", f"keys/{key}/actions/{off}", {})
    path = f"keys/{key}/actions/{action}"
    assert (403, "approval.needed") == scene.vaults.refused("POST", path, {})
    wrong = scene.approved(key, operation, b"something else")
    assert (403, "approval.other") == scene.vaults.refused("POST", path, {"approval": wrong})
    right = scene.approved(key, operation, message)
    changed = scene.vaults.told("POST", path, {"approval": right})
    assert expected == changed[member]
    assert changed == scene.vaults.told("POST", path, {"approval": right})


def test_the_rules_are_changed_only_as_the_rules_say(scene: Scene) -> None:
    key = scene.key("changed", "use")
    path = f"keys/{key}/actions/change-rules"
    new = scene.ada.rules()  # no rule for use any more
    assert (403, "approval.needed") == scene.vaults.refused("POST", path, {"rules": new})
    other = scene.ada.rules("use", "block")
    approved = scene.approved(key, "change", json.dumps(other).encode())
    assert (403, "approval.other") == scene.vaults.refused("POST", path, {"rules": new, "approval": approved})
    pending = scene.to_sign(key)
    before = scene.vaults.told("GET", f"keys/{key}")["rules"]
    changed = scene.vaults.told("POST", path, {"rules": other, "approval": approved})
    assert before != changed["rules"]
    # what was approved under the old rules counts no more
    assert (403, "approval.rules-changed") == scene.vaults.sign_refused(
        key, ALGORITHM, MESSAGE, approval=pending
    )
    scene.vaults.told(
        "POST", path, {"rules": new, "approval": scene.approved(key, "change", json.dumps(new).encode())}
    )
    scene.vaults.sign(key, ALGORITHM, MESSAGE)


def test_a_key_without_rules_gets_some(scene: Scene) -> None:
    key = scene.vaults.key("v", "plain")["id"]
    scene.vaults.sign(key, ALGORITHM, MESSAGE)
    path = f"keys/{key}/actions/change-rules"
    assert (400, "vault.rules-unusable") == scene.vaults.refused("POST", path, {"rules": {"people": []}})
    assert (400, "vault.order-invalid") == scene.vaults.refused("POST", path, {})
    scene.vaults.told("POST", path, {"rules": scene.ada.rules("use")})
    assert (403, "approval.needed") == scene.vaults.sign_refused(key, ALGORITHM, MESSAGE)


def test_rules_without_one_for_change_stay(scene: Scene) -> None:
    rules = scene.ada.rules("use") | {"change": None}
    key = scene.vaults.key("v", "fixed", rules=rules)["id"]
    path = f"keys/{key}/actions/change-rules"
    order = {"rules": scene.ada.rules(), "approval": scene.to_sign(key)}
    assert (409, "vault.rules-fixed") == scene.vaults.refused("POST", path, order)


def test_rules_that_cannot_be_used_make_no_key(scene: Scene) -> None:
    unusable: list[dict[str, Any]] = [{"people": []}, scene.ada.rules("use") | {"people": []}, {"use": None}]
    for rules in unusable:
        order = {"name": "k", "algorithm": "ECDSA", "rules": rules}
        assert (400, "vault.rules-unusable") == scene.vaults.refused("POST", "vaults/v/keys", order)


def test_an_answer_that_was_lost_is_had_after_a_restart(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        scene = Scene(registry.address)
        key = scene.key("lasting", "use")
        approved = scene.to_sign(key)
        made = scene.vaults.sign(key, ALGORITHM, MESSAGE, approval=approved)
        unused = scene.to_sign(key, b"another")
    with Registry(tmp_path) as registry:
        vaults = VaultWire(Wire(registry.address))
        assert made == vaults.sign(key, ALGORITHM, MESSAGE, approval=approved)
        vaults.sign(key, ALGORITHM, b"another", approval=unused)
