"""Proofs: what they hold, what is refused of them, and a verifier that shares nothing with us."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from approval import model
from approval.test_standing import AT, SECOND, histories, received, ruled, wanted
from sealwright import limits
from sealwright.approval import lint, proofs, requests
from sealwright.approval.proofs import Proof
from sealwright.approval.records import Rules
from sealwright.approval.votes import Received
from sealwright.errors import CheckFailedError, MalformedContentError, SealwrightError
from world.approvers import Person, group, people, request, rule, rules_of

VERIFIER = Path(__file__).with_name("independent_verifier.py")
ADA, EVE = people("ada", "eve")
BOB = Person.p256("bob")
MAX = Person.rsa("max")
OLD = Person.rsa("max", padding.PKCS1v15()).called("old")
RULES = rules_of(
    ADA,
    BOB,
    EVE,
    MAX,
    use=rule(group("a", 2, ADA, BOB), group("b", 1, EVE, MAX), time_lock=5, time_out=60, spend_within=30),
)


def proof(rules: Rules = RULES, *by: Person, spent: float = 20, when: float = 1) -> Proof:
    made = request(rules)
    votes = tuple(Received(one.vote(made), AT + int(when * SECOND)) for one in by or (ADA, BOB, MAX))
    return Proof(made.encoded(), rules.encoded(), votes, AT + int(spent * SECOND))


def independent(content: bytes, tmp_path: Path, *more: str) -> tuple[int, str]:
    """Status and words of the program that imports nothing of ours."""
    file = tmp_path / "proof.json"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-I", str(VERIFIER), str(file), *more],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def judged(content: bytes) -> bool:
    """Whether the other program accepts it; called, to be called often."""
    from approval import independent_verifier  # type: ignore[attr-defined]  # noqa: PLC0415  # a program of its own

    try:
        independent_verifier.verify(content)
    except SystemExit:
        return False
    return True


def test_a_proof_is_read_as_it_was_written_and_holds() -> None:
    made = proof()
    assert made == proofs.parse(made.encoded())
    assert "ready" == proofs.verify(made).state
    assert RULES == made.read_rules()
    assert request(RULES) == made.read_request()


def test_a_program_that_imports_nothing_of_ours_verifies_it(tmp_path: Path) -> None:
    assert "sealwright" not in {
        word
        for line in VERIFIER.read_text().splitlines()
        if line.lstrip().startswith(("import", "from"))
        for word in line.split()
    }
    content = proof().encoded()
    status, said = independent(content, tmp_path, RULES.digest)
    assert (0, ["ada", "bob", "max"]) == (status, json.loads(said)["approved"])
    assert (1, "refused: these are not the rules of the key\n") == independent(
        content, tmp_path, f"sha256:{'0' * 64}"
    )
    told = json.loads(content)
    told["votes"][0]["vote"]["signature"] = told["votes"][1]["vote"]["signature"]
    assert 1 == independent(json.dumps(told).encode(), tmp_path)[0]


@given(wanted, histories, st.integers(0, 16))
@settings(max_examples=150)
def test_both_verifiers_agree_on_every_history(
    asked: model.Wanted, history: list[model.Said], now: int
) -> None:
    rules = ruled(asked)
    assume(not tuple(lint.faults(rules)))
    made = request(rules)
    assert rules.use is not None
    votes = tuple(received(made, history, rules.use.people))
    content = Proof(made.encoded(), rules.encoded(), votes, AT + now * SECOND).encoded()
    try:
        proofs.verify(proofs.parse(content))
    except CheckFailedError:
        assert not judged(content)
    else:
        assert judged(content)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: proof(spent=4), "approval.not-ready"),
        (lambda: proof(spent=37), "approval.not-ready"),
        (lambda: proof(RULES, ADA, BOB), "approval.not-ready"),
        (lambda: proof(RULES, ADA, BOB, BOB, ADA), "approval.not-ready"),
        (lambda: proof(when=61, spent=70), "approval.not-ready"),
        (lambda: proof(when=-1), "approval.vote-early"),
        (lambda: proof(RULES, ADA, BOB, OLD.called("max"), spent=20), None),
        (lambda: proof(RULES, ADA, BOB, Person.p256("max")), "approval.key-unknown"),
    ],
)
def test_a_proof_of_what_was_not_approved_is_none(made: Any, code: str | None) -> None:
    found = made()
    if code is None:
        assert "ready" == proofs.verify(found).state
        assert judged(found.encoded())
        return
    with pytest.raises(CheckFailedError) as raised:
        proofs.verify(found)
    assert code == raised.value.code
    assert not judged(found.encoded())


def changed(**members: Any) -> bytes:
    return json.dumps(json.loads(proof().encoded()) | members).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        changed(more=1),
        changed(spentAt="1"),
        changed(spentAt=2**54),
        changed(votes=[None]),
        changed(request="?"),
        changed(votes=json.loads(proof().encoded())["votes"] * 50),
        proof().encoded() + b" " * limits.APPROVAL_PROOF_BYTES,
    ],
)
def test_what_is_no_proof_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedContentError) as raised:
        proofs.parse(content)
    assert "approval.proof-malformed" == raised.value.code


@pytest.mark.parametrize("part", ["request", "rules"])
@pytest.mark.parametrize("how", ["laid out", "wrong", "none"])
def test_bytes_that_nobody_would_write_so_are_refused(part: str, how: str) -> None:
    """Two programs must not read one proof differently."""
    content = {"request": request(RULES).encoded(), "rules": RULES.encoded()}[part]
    other = {
        "laid out": json.dumps(json.loads(content), indent=1).encode(),
        "wrong": content.replace(b'"ada"', b'"-"').replace(b'"joe"', b'""'),
        "none": b"",
    }[how]
    found = proofs.parse(changed(**{part: base64.b64encode(other).decode()}))
    with pytest.raises(MalformedContentError):
        proofs.verify(found)


def test_a_request_is_read_only_as_it_was_written() -> None:
    content = request(RULES).encoded()
    assert request(RULES) == requests.parse(content)
    for bad in (content + b"\n", content.replace(b'"note":""', b'"note":"","note":""'), b"{}", b"null"):
        with pytest.raises(MalformedContentError) as raised:
            requests.parse(bad)
        assert "approval.request-malformed" == raised.value.code


def test_every_member_of_a_request_is_in_its_digest() -> None:
    plain = request(RULES)
    told = json.loads(plain.encoded())
    seen = {plain.digest}
    for path, value in (
        (("id",), "1"),
        (("rulesDigest",), f"sha256:{'0' * 64}"),
        (("requestedBy",), "eve"),
        (("requestedAt",), AT + 1),
        (("nonce",), base64.b64encode(b"\1" * 32).decode()),
        (("order", "operation"), "block"),
        (("order", "key"), "other"),
        (("order", "version"), "other"),
        (("order", "algorithm"), "other"),
        (("order", "digested"), True),
        (("order", "message"), "b3RoZXI="),
        (("order", "note"), "other"),
    ):
        copy = json.loads(json.dumps(told))
        inner = copy
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value
        digest = requests.parse(json.dumps(copy, separators=(",", ":")).encode()).digest
        assert digest not in seen
        seen.add(digest)
    assert 13 == len(seen)


@given(st.data())
@settings(max_examples=200)
def test_a_changed_byte_never_makes_another_proof(data: st.DataObject) -> None:
    content = bytearray(proof().encoded())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    try:
        found = proofs.parse(bytes(content))
        proofs.verify(found)
    except SealwrightError:
        return
    said, original = (
        [(one.vote.person, one.vote.decision) for one in each.votes] for each in (found, proof())
    )
    assert (found.request, found.rules, said) == (proof().request, proof().rules, original)
