"""Approvals by the keys of real gpg: what it signs counts, and a proof of it is verified by gpg alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from approval.test_proofs import VERIFIER
from sealwright.approval import proofs
from sealwright.approval.proofs import Proof
from sealwright.approval.votes import Received, Vote
from world.approvers import AT, Person, group, request, rule, rules_of

pytestmark = pytest.mark.peer("gpg")


def gpg(home: Path, *arguments: str, given: bytes = b"") -> bytes:
    command = [
        "gpg",
        "--homedir",
        str(home),
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--pinentry-mode",
        "loopback",
    ]
    return subprocess.run([*command, *arguments], input=given, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("primary", "subkey", "armor"),
    [("ed25519", "", ()), ("rsa2048", "ed25519", ("--armor",)), ("nistp256", "", ("--armor",))],
)
def test_what_gpg_signs_counts(tmp_path: Path, primary: str, subkey: str, armor: tuple[str, ...]) -> None:
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    name = "Ada <ada@example.com>"
    try:
        gpg(home, "--quick-gen-key", name, primary, "cert" if subkey else "sign,cert", "never")
        if subkey:
            colons = gpg(home, "--with-colons", "--list-keys").decode().splitlines()
            fingerprint = next(line for line in colons if line.startswith("fpr")).split(":")[9]
            gpg(home, "--quick-add-key", fingerprint, subkey, "sign", "never")
        ada = Person(
            "ada", gpg(home, "--export", *armor), lambda said: gpg(home, "--detach-sign", *armor, given=said)
        )
        rules = rules_of(ada, use=rule(group("all", 1, ada)))
        asked = request(rules)
        vote = ada.vote(asked)
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)
    made = Proof(asked.encoded(), rules.encoded(), (Received(vote, AT),), AT)
    assert "ready" == proofs.verify(made).state
    file = tmp_path / "proof"
    for content, status in ((_denied(made), 1), (made, 0)):
        file.write_bytes(content.encoded())
        command = [sys.executable, "-W", "ignore", "-I", str(VERIFIER), str(file)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert status == done.returncode, done
    assert ["ada"] == json.loads(done.stdout)["approved"]


def _denied(made: Proof) -> Proof:
    """The same signature as one of a denial."""
    (received,) = made.votes
    vote = Vote(received.vote.person, received.vote.fingerprint, "deny", received.vote.signature)
    return Proof(made.request, made.rules, (Received(vote, AT),), AT)
