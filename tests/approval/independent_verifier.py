"""A program that verifies a proof of approval: written after docs/reference/approval-proof.md alone.

    python independent_verifier.py PROOF [DIGEST-OF-THE-RULES]

It needs Python and the library `cryptography`, and nothing of Sealwright. It prints who approved what and
exits 0, or says what is wrong and exits 1. OpenPGP signatures are verified by gpg, if there is one.
"""

import base64
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

SECOND = 1_000_000


def fail(why):
    raise SystemExit(f"refused: {why}")


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        fail("a member stands twice")
    return members


def loads(content):
    return json.loads(content, object_pairs_hook=unique)


def gpg_says_good(public, statement, signature, fingerprint):
    with tempfile.TemporaryDirectory() as home:
        os.chmod(home, 0o700)

        def gpg(*arguments):
            command = ["gpg", "--homedir", home, "--batch", "--quiet", "--no-autostart", *arguments]
            return subprocess.run(command, capture_output=True, check=False)

        for name, content in (("key", public), ("text", statement), ("sig", signature)):
            with open(os.path.join(home, name), "wb") as file:
                file.write(content)
        # the proof holds a key without user ids; gpg takes it for a signature's key all the same
        gpg(
            "--import-options",
            "import-drop-uids,allow-non-selfsigned-uid",
            "--import",
            os.path.join(home, "key"),
        )
        done = gpg(
            "--trust-model",
            "always",
            "--status-fd",
            "1",
            "--verify",
            os.path.join(home, "sig"),
            os.path.join(home, "text"),
        )
        for line in done.stdout.decode().splitlines():
            words = line.split()
            if words[1:2] == ["VALIDSIG"]:
                return words[-1].lower() == fingerprint
    return False


def signed(key, statement, signature):
    public = base64.b64decode(key["public"])
    if key["kind"] == "openpgp":
        if shutil.which("gpg") is None:
            fail("gpg is needed for a vote of OpenPGP")
        return gpg_says_good(public, statement, signature, key["fingerprint"])
    if hashlib.sha256(public).hexdigest() != key["fingerprint"]:
        fail("a fingerprint is not that of its key")
    loaded = load_der_public_key(public)
    if key["kind"] == "ed25519":
        tries = [lambda: loaded.verify(signature, statement)]
    elif key["kind"] == "p256":
        tries = [lambda: loaded.verify(signature, statement, ec.ECDSA(SHA256()))]
    elif key["kind"] == "rsa":
        pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO)
        tries = [
            lambda: loaded.verify(signature, statement, pss, SHA256()),
            lambda: loaded.verify(signature, statement, padding.PKCS1v15(), SHA256()),
        ]
    else:
        fail(f"a key of the kind {key['kind']}")
    for verify in tries:
        try:
            verify()
        except InvalidSignature:
            continue
        return True
    return False


def enough(groups, approved, several):
    """Whether people can be chosen for every group, nobody for two of them unless that is allowed."""
    if not groups:
        return True
    first, rest = groups[0], groups[1:]
    there = [person for person in first["people"] if person in approved]
    for chosen in itertools.combinations(there, first["quorum"]):
        if enough(rest, approved if several else approved - set(chosen), several):
            return True
    return False


def verify(content, expected_rules=None):
    """What was approved by whom; `SystemExit` if the proof is none."""
    proof = loads(content)
    if proof["$schema"] != "https://sealwright.dev/schema/approval-proof/1":
        fail("it is no proof")
    request_bytes, rules_bytes = base64.b64decode(proof["request"]), base64.b64decode(proof["rules"])
    request, rules = loads(request_bytes), loads(rules_bytes)
    digest_of_rules = f"sha256:{hashlib.sha256(rules_bytes).hexdigest()}"
    if request["rulesDigest"] != digest_of_rules:
        fail("the request was made under other rules")
    if expected_rules is not None and digest_of_rules != expected_rules:
        fail("these are not the rules of the key")
    digest = hashlib.sha256(b"sealwright approval request 1\0" + request_bytes).hexdigest()
    rule = rules[request["order"]["operation"]]
    say = {person for one in rule["alternatives"] for group in one["groups"] for person in group["people"]}
    keys = {one["person"]: {key["fingerprint"]: key for key in one["keys"]} for one in rules["people"]}
    asked = request["requestedAt"]
    approvals = []
    for received in proof["votes"]:
        vote, at = received["vote"], received["at"]
        if vote["person"] not in say or vote["fingerprint"] not in keys[vote["person"]]:
            fail(f"{vote['person']} has no say, or no such key")
        if vote["decision"] not in ("approve", "deny"):
            fail("a vote is neither an approval nor a denial")
        statement = f"sealwright approval 1\n{vote['decision']}\nsha256:{digest}\n".encode()
        key = keys[vote["person"]][vote["fingerprint"]]
        if not signed(key, statement, base64.b64decode(vote["signature"])):
            fail(f"the signature of {vote['person']} is not one")
        if at < asked:
            fail("a vote came before the request")
        if vote["decision"] == "deny" and at <= proof["spentAt"]:
            fail(f"{vote['person']} denied")
        if vote["decision"] == "approve" and at <= min(asked + rule["timeOut"] * SECOND, proof["spentAt"]):
            approvals.append((at, vote["person"]))
    approvals.sort()
    several = rule["samePersonInSeveralGroups"]
    for count, (at, _) in enumerate(approvals, 1):
        people = {person for _, person in approvals[:count]}
        if any(enough(one["groups"], people, several) for one in rule["alternatives"]):
            break
    else:
        fail("too few approved in time")
    ready = at + rule["timeLock"] * SECOND
    if not ready <= proof["spentAt"] <= ready + rule["spendWithin"] * SECOND:
        fail("it was not spent in its time")
    return {"order": request["order"], "approved": sorted({person for _, person in approvals})}


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        print(json.dumps(verify(file.read(), *sys.argv[2:3])))
