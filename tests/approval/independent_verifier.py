"""A program that verifies a proof of approval: written after docs/reference/approval-proof.md alone.

    python independent_verifier.py PROOF [DIGEST-OF-THE-RULES]

It needs Python and the library `cryptography`, and nothing of Sealwright. It prints who approved what and
exits 0, or says what is wrong and exits 1. OpenPGP signatures are verified by gpg, if there is one.
"""

import base64
import hashlib
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

Json = Any
SECOND = 1_000_000
PROOF = "https://sealwright.dev/schema/approval-proof/1"
PSS = padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO)
PKCS1 = padding.PKCS1v15()


def fail(why: str) -> NoReturn:
    raise SystemExit(f"refused: {why}")


def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        fail("a member stands twice")
    return members


def loads(content: bytes) -> Json:
    return json.loads(content, object_pairs_hook=unique)


def require(good: object, why: str) -> None:
    if not good:
        fail(why)


def verify(content: bytes, expected_rules: str = "") -> Json:
    """What was approved by whom; `SystemExit` if the proof is none."""
    proof = loads(content)
    require(proof["$schema"] == PROOF, "it is no proof")
    asked, ruled = (base64.b64decode(proof[name]) for name in ("request", "rules"))
    request, rules = loads(asked), loads(ruled)
    digest = f"sha256:{hashlib.sha256(ruled).hexdigest()}"
    require(request["rulesDigest"] == digest, "the request was made under other rules")
    require(expected_rules in ("", digest), "these are not the rules of the key")
    rule = rules[request["order"]["operation"]]
    require(rule, "the operation needs no approval")
    digest = hashlib.sha256(b"sealwright approval request 1\0" + asked).hexdigest()
    for received in proof["votes"]:
        require_vote(received["vote"], digest, rule, rules)
        require(received["at"] >= request["requestedAt"], "a vote came before the request")
        denied = received["vote"]["decision"] == "deny" and received["at"] <= proof["spentAt"]
        require(not denied, "somebody denied")
    closes = min(request["requestedAt"] + rule["timeOut"] * SECOND, proof["spentAt"])
    approvals = sorted(
        (one["at"], one["vote"]["person"])
        for one in proof["votes"]
        if one["vote"]["decision"] == "approve" and one["at"] <= closes
    )
    ready = quorum_at(rule, approvals) + rule["timeLock"] * SECOND
    in_time = ready <= proof["spentAt"] <= ready + rule["spendWithin"] * SECOND
    require(in_time, "it was not spent in its time")
    return {"order": request["order"], "approved": sorted({person for _, person in approvals})}


def require_vote(vote: Json, digest: str, rule: Json, rules: Json) -> None:
    """Return if a vote is signed by somebody who has a say."""
    groups = [group for one in rule["alternatives"] for group in one["groups"]]
    require(any(vote["person"] in group["people"] for group in groups), "somebody votes who has no say")
    keys = [key for one in rules["people"] if one["person"] == vote["person"] for key in one["keys"]]
    mine = [key for key in keys if key["fingerprint"] == vote["fingerprint"]]
    require(mine, f"{vote['person']} has no such key")
    require(vote["decision"] in ("approve", "deny"), "a vote is neither an approval nor a denial")
    statement = f"sealwright approval 1\n{vote['decision']}\nsha256:{digest}\n".encode()
    good = signed(mine[0], statement, base64.b64decode(vote["signature"]))
    require(good, f"the signature of {vote['person']} is not one")


def signed(key: Json, statement: bytes, signature: bytes) -> bool:
    public = base64.b64decode(key["public"])
    if key["kind"] == "openpgp":
        return bool(signer_by_gpg(public, statement, signature) == key["fingerprint"])
    require(hashlib.sha256(public).hexdigest() == key["fingerprint"], "a fingerprint is not that of its key")
    loaded: Any = load_der_public_key(public)
    tries: dict[str, list[Callable[[], None]]] = {
        "ed25519": [lambda: loaded.verify(signature, statement)],
        "p256": [lambda: loaded.verify(signature, statement, ec.ECDSA(SHA256()))],
        "rsa": [
            lambda: loaded.verify(signature, statement, PSS, SHA256()),
            lambda: loaded.verify(signature, statement, PKCS1, SHA256()),
        ],
    }
    for verify_once in tries[key["kind"]]:
        try:
            verify_once()
        except InvalidSignature:
            continue
        return True
    return False


def signer_by_gpg(public: bytes, statement: bytes, signature: bytes) -> str:
    """The fingerprint of the primary key that signed; empty if none did."""
    require(shutil.which("gpg"), "gpg is needed for a vote of OpenPGP")
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        for file, content in (("key", public), ("text", statement), ("sig", signature)):
            (home / file).write_bytes(content)
        command = ["gpg", "--homedir", name, "--batch", "--quiet", "--no-autostart", "--status-fd", "1"]
        subprocess.run([*command, "--import", f"{home}/key"], capture_output=True, check=False)
        done = subprocess.run(
            [*command, "--trust-model", "always", "--verify", f"{home}/sig", f"{home}/text"],
            capture_output=True,
            check=False,
        )
    found = [line.split() for line in done.stdout.decode().splitlines()]
    return next((words[-1].lower() for words in found if words[1:2] == ["VALIDSIG"]), "")


def quorum_at(rule: Json, approvals: list[tuple[int, str]]) -> int:
    """When the first alternative was met."""
    people: set[str] = set()
    for at, person in approvals:
        people.add(person)
        several = rule["samePersonInSeveralGroups"]
        if any(enough(one["groups"], people, several=several) for one in rule["alternatives"]):
            return at
    fail("too few approved in time")


def enough(groups: Json, approved: set[str], *, several: bool) -> bool:
    """Whether people can be chosen for every group, nobody for two of them unless that is allowed."""
    if not groups:
        return True
    first, rest = groups[0], groups[1:]
    there = [person for person in first["people"] if person in approved]
    return any(
        enough(rest, approved if several else approved - set(chosen), several=several)
        for chosen in itertools.combinations(there, first["quorum"])
    )


if __name__ == "__main__":
    found = verify(Path(sys.argv[1]).read_bytes(), *sys.argv[2:3])
    sys.stdout.write(json.dumps(found) + "\n")
