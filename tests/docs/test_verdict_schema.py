"""The JSON Schema of verdicts holds for what the program prints, and for nothing else.

Everything is real: the program in a process of its own, a registry, keys, trust stores and policies in files.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jsonschema import Draft202012Validator, FormatChecker

from sealwright import media_types
from sealwright.verdict import SCHEMA, STAGES
from world import pki, revocation
from world.openpgp_keys import Key
from world.registry import Registry
from world.wire import Wire

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs/reference/verdict.schema.json").read_text())
VALIDATOR = Draft202012Validator(DOCUMENT, format_checker=FormatChecker())


class Stage:
    """A home, a registry and the program; `verify` keeps all that it printed."""

    def __init__(self, folder: Path, registry: Registry) -> None:
        self.folder = folder
        self.registry = registry
        self.notation = folder / "notation"
        self.printed: dict[str, Any] = {}
        self.statuses: dict[str, int] = {}

    def seal(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "HOME": str(self.folder),
            "SEALWRIGHT_ROOT": str(self.folder / "root"),
            "NOTATION_CONFIG": str(self.notation),
            "PATH": os.defpath,
        }
        command = [sys.executable, "-m", "sealwright", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def done(self, *arguments: str) -> str:
        answer = self.seal(*arguments)
        assert (0, "") == (answer.returncode, answer.stderr if answer.returncode else "")
        return answer.stdout

    def image(self, name: str) -> str:
        """Push the small image into a repository of its own."""
        image = f"{self.registry.local}/{name}:v1"
        self.done("push", f"oci-archive:{ROOT / 'docs/hello-image.tar'}", image)
        return image

    def key(self, name: str, chain: pki.Chain) -> None:
        pem = chain.signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / f"{name}.key").write_bytes(pem)
        self.certificates(self.folder / f"{name}.pem", chain.certificates)
        files = (
            "--key-file",
            str(self.folder / f"{name}.key"),
            "--cert-file",
            str(self.folder / f"{name}.pem"),
        )
        self.done("key", "add", name, *files)

    def trust(self, store: str, certificate: bytes) -> None:
        place = self.notation / "truststore/x509/ca" / store
        place.mkdir(parents=True)
        self.certificates(place / "root.pem", (certificate,))

    @staticmethod
    def certificates(file: Path, certificates: tuple[bytes, ...]) -> None:
        loaded = map(x509.load_der_x509_certificate, certificates)
        file.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in loaded))

    def verify(self, what: str, *arguments: str, **statement: Any) -> None:
        """Verify under a policy of one statement; its members are strict ones but for `statement`."""
        members: Mapping[str, Any] = {
            "name": what,
            "registryScopes": ["*"],
            "signatureVerification": {"level": "strict"},
            "trustStores": ["ca:acme"],
            "trustedIdentities": ["*"],
            **statement,
        }
        kept = {name: value for name, value in members.items() if value is not None}
        self.verify_by(what, {"version": "1.0", "trustPolicies": [kept]}, *arguments)

    def verify_by(self, what: str, policy: object, *arguments: str) -> None:
        """Verify under a policy of any language."""
        file = self.folder / "policy.json"
        file.write_text(json.dumps(policy))
        answer = self.seal("verify", "--output", "json", "--policy-file", str(file), *arguments)
        self.printed[what] = json.loads(answer.stdout)
        self.statuses[what] = answer.returncode


def simple(stage: Stage, image: str) -> None:
    """GPG signatures: good, by another key, for another name, and what asks for none."""
    alice, bob = (Key.ed25519(f"{name} <{name}@example.com>") for name in ("alice", "bob"))
    for name, key in (("alice", alice), ("bob", bob)):
        (stage.folder / f"{name}.key").write_bytes(key.secret())
        (stage.folder / f"{name}.gpg").write_bytes(key.public())
    other = image.replace(":v1", ":v2")
    stage.done("sign", "--key", f"pgp:{stage.folder}/bob.key", image)
    stage.done("sign", "--key", f"pgp:{stage.folder}/alice.key", "--sign-identity", other, image)
    rule = {"type": "signedBy", "keyType": "GPGKeys", "keyPath": f"{stage.folder}/alice.gpg"}
    stage.verify_by("simple, another name", {"default": [rule]}, image)
    stage.done("sign", "--key", f"pgp:{stage.folder}/alice.key", image)
    stage.verify_by("simple", {"default": [rule]}, "--thorough", image)
    stage.verify_by("simple, no ring", {"default": [{**rule, "keyPath": "/nowhere.gpg"}]}, image)
    stage.verify_by("simple, rejected", {"default": [{"type": "reject"}]}, image)
    stage.verify_by("simple, anything", {"default": [{"type": "insecureAcceptAnything"}]}, image)


def play(stage: Stage) -> None:
    acme, foreign = pki.chain("ec256"), pki.chain("ec384")
    revocable = revocation.chain(ocsp=["http://127.0.0.1:1/ocsp"])
    stage.key("acme", acme)
    stage.key("foreign", foreign)
    stage.key("revocable", revocable)
    stage.trust("acme", acme.root)
    stage.trust("other", pki.chain("rsa2048").root)
    (stage.notation / "truststore/x509/ca/broken").mkdir()
    good, bare = stage.image("good"), stage.image("bare")
    stage.done("sign", "--key", "acme", good)
    stage.done("sign", "--key", "acme", "--signature-format", "cose", "-e", "9d", "-m", "build=42", good)
    stage.done("sign", "--key", "foreign", good)
    stage.verify("accepted", good)
    stage.verify("thorough", "--thorough", good)
    stage.verify("limit", "--max-signatures", "1", good)
    stage.verify("unsigned", bare)
    stage.verify("untrusted", good, trustStores=["ca:other"])
    stage.verify("unusable store", good, trustStores=["ca:broken"])
    stage.verify("other identity", good, trustedIdentities=["x509.subject: C=US, ST=WA, O=Other"])
    stage.verify("metadata missing", "-m", "build=43", good)
    stage.verify("no statement", good, registryScopes=["registry.example/other"])
    only = f"{stage.registry.local}/good"
    skip: dict[str, Any] = {"trustStores": None, "trustedIdentities": None, "registryScopes": [only]}
    stage.verify("skip", good, signatureVerification={"level": "skip"}, **skip)
    stage.verify("audit", good, signatureVerification={"level": "audit"}, trustStores=["ca:other"])
    checked = stage.image("revocable")
    stage.done("sign", "--key", "revocable", checked)
    stage.verify("revocation", checked)
    junk = stage.image("junk")
    push_junk(stage, junk)
    stage.verify("unreadable", junk)
    stage.verify("gone", f"{stage.registry.local}/good:v2")
    stage.verify("unreachable", "127.0.0.1:1/good:v1")
    stage.verify("several", good, bare, f"{stage.registry.local}/good:v2")
    stage.done("copy", good, f"oci:{stage.folder}/layout:v1")
    simple(stage, stage.image("simple"))
    stage.verify("layout", "--scope", only, f"oci:{stage.folder}/layout:v1", registryScopes=[only])


def push_junk(stage: Stage, image: str) -> None:
    """A manifest of a signature's type with two envelopes, which no signature has."""
    wire = Wire(stage.registry.address)
    subject = stage.printed["accepted"]["subject"]["descriptor"]
    blob = {"mediaType": media_types.NOTARY_JWS, "digest": str(wire.push_blob("junk", b"{}")), "size": 2}
    config = {**blob, "mediaType": media_types.EMPTY}
    members = {"artifactType": media_types.NOTARY_SIGNATURE, "config": config, "layers": [blob, blob]}
    wire.push_manifest("junk", "junk", {**members, "subject": subject})
    assert image.endswith("/junk:v1")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    with Registry(folder / "registry") as registry:
        made = Stage(folder, registry)
        play(made)
        yield made


def everything(value: object) -> Iterator[dict[str, Any]]:
    """Every object in a value."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from everything(one)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(DOCUMENT)

    assert SCHEMA == DOCUMENT["$id"]
    assert SCHEMA == DOCUMENT["$defs"]["verdict"]["properties"]["$schema"]["const"]
    assert list(STAGES) == DOCUMENT["$defs"]["check"]["properties"]["name"]["enum"]


def test_the_schema_lets_no_unknown_member_pass() -> None:
    objects = [one for one in everything(DOCUMENT) if one.get("type") == "object"]
    open_ones = [one for one in objects if "additionalProperties" not in one]

    assert [] == open_ones
    assert 12 < len(objects)


def test_all_that_is_printed_fits_the_schema(stage: Stage) -> None:
    faults = {
        what: [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(printed)]
        for what, printed in stage.printed.items()
    }

    assert {what: [] for what in stage.printed} == faults


def test_the_verdicts_are_of_every_kind(stage: Stage) -> None:
    objects = list(everything(list(stage.printed.values())))
    checks = [one for one in objects if "outcome" in one]

    assert {"accepted", "allowed", "refused"} == {one["decision"] for one in objects if "decision" in one}
    assert {"passed", "failed", "unavailable", "skipped", "not_reached"} == {one["outcome"] for one in checks}
    assert {"enforce", "log"} == {one["action"] for one in checks}
    assert {True, False} == {one["considered"] for one in objects if "considered" in one}


def test_each_case_ends_as_the_documentation_says(stage: Stage) -> None:
    told = {
        what: (
            stage.statuses[what],
            printed["decision"] if "decision" in printed else printed["error"]["code"],
        )
        for what, printed in stage.printed.items()
        if isinstance(printed, dict)
    }

    assert {
        "accepted": (0, "accepted"),
        "thorough": (0, "accepted"),
        "limit": (0, "accepted"),
        "unsigned": (1, "refused"),
        "untrusted": (1, "refused"),
        "unusable store": (1, "refused"),
        "other identity": (1, "refused"),
        "metadata missing": (1, "refused"),
        "no statement": (1, "refused"),
        "skip": (1, "allowed"),
        "audit": (1, "allowed"),
        "revocation": (3, "refused"),
        "unreadable": (1, "refused"),
        "gone": (3, "registry.manifest-unknown"),
        "unreachable": (3, "network.refused"),
        "simple, another name": (1, "refused"),
        "simple": (0, "accepted"),
        "simple, no ring": (1, "refused"),
        "simple, rejected": (1, "refused"),
        "simple, anything": (1, "allowed"),
        "layout": (0, "accepted"),
    } == told
    assert 3 == stage.statuses["several"]
    assert ["accepted", "refused", None] == [one.get("decision") for one in stage.printed["several"]]


def test_what_cannot_be_read_is_reported(stage: Stage) -> None:
    (unreadable,) = stage.printed["unreadable"]["unreadable"]

    assert "parse.manifest-envelopes" == unreadable["reason"]
    assert {"verdict.limit-reached"} == {
        one["reason"] for one in stage.printed["limit"]["signatures"] if not one["considered"]
    }
    assert {"verdict.other-signer"} == {
        one["reason"] for one in stage.printed["accepted"]["signatures"] if not one["considered"]
    }


@pytest.mark.parametrize("name", ["subject", "decision", "platforms", "retryable"])
def test_a_verdict_without_a_member_does_not_fit(stage: Stage, name: str) -> None:
    verdict = {key: value for key, value in stage.printed["accepted"].items() if key != name}

    assert not VALIDATOR.is_valid(verdict)


def test_a_verdict_with_another_member_does_not_fit(stage: Stage) -> None:
    verdict = stage.printed["accepted"]
    (first, *rest) = verdict["signatures"]

    assert not VALIDATOR.is_valid({**verdict, "more": 1})
    assert not VALIDATOR.is_valid({**verdict, "signatures": [{**first, "more": 1}, *rest]})
    assert not VALIDATOR.is_valid({**verdict, "decision": "perhaps"})
    assert VALIDATOR.is_valid(verdict)


def test_every_member_is_described() -> None:
    page = (ROOT / "docs/reference/verdict.md").read_text()
    members = {name for one in everything(DOCUMENT["$defs"]) for name in one.get("properties", {})}
    beside = {"artifactType", "annotations", "platform", "architecture", "os", "variant", "urls"}
    beside |= {"code", "message", "name", "typed", "earliest", "latest", "source"}
    named = set(re.findall(r"`([$a-zA-Z]+)`", page))

    assert set() == members - named - beside
