"""The words of skopeo and podman, held against those that skopeo has said."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from sealwright.descriptor import Descriptor
from sealwright.dialects import containers_words as words
from sealwright.dialects.go_references import reference_problem
from sealwright.digest import Digest
from sealwright.errors import DocumentError
from sealwright.evidence import Evidence
from sealwright.policy.containers import document
from sealwright.policy.containers.claims import ClaimedSignature
from sealwright.policy.containers.lowering import parse
from sealwright.policy.decide import Candidate, Case, decide
from sealwright.reference import Reference
from sealwright.signature import StoredSignature, Subject
from sealwright.verdict import PolicyUsed
from sealwright.workflow.clock import now
from world.containers import ACCEPT, BROKEN, REJECT, policy, signed_by
from world.openpgp_keys import Key

PRODUCER = Path(__file__).parents[1] / "producers" / "skopeo-1.9.3"
SAID: Mapping[str, str] = json.loads((PRODUCER / "policy-problems.json").read_text())
ALICE, BOB = Key.ed25519("Alice <alice@example.com>"), Key.ed25519("Bob <bob@example.com>")
IMAGE = "r.example/app:v1"


def problem(content: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        document.read(content, "policy.json")
    return words.invalid_policy(caught.value, content)


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_broken_policy_we_say_what_skopeo_says(name: str) -> None:
    assert SAID[name] == problem(BROKEN[name].content)


SOURCES = "exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio, and pki must be specified"
REKOR = "rekorPublickeyPath, rekorPublicKeyPaths, rekorPublickeyData and rekorPublicKeyDatas"
FULCIO = {"caPath": "/c", "oidcIssuer": "i", "subjectEmail": "e"}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, SOURCES),
        ({"keyPath": "/k", "keyData": "QQ=="}, SOURCES),
        ({"keyPaths": []}, '"keyPaths" contains no entries'),
        ({"fulcio": FULCIO}, f"At least one of {REKOR} must be specified if fulcio is used"),
        (
            {"keyPath": "/k", "rekorPublicKeyPath": "/r", "rekorPublicKeyData": ""},
            f"at most one of {REKOR} can be used simultaneously",
        ),
        ({"fulcio": {**FULCIO, "caPath": ""}}, "At least one of caPath and caData must be specified"),
        ({"fulcio": {**FULCIO, "caData": ""}}, "caPath and caData cannot be used simultaneously"),
        ({"fulcio": {**FULCIO, "oidcIssuer": ""}}, "oidcIssuer not specified"),
        (
            {"pki": {"caRootsPath": "/c"}},
            "At least one of subjectEmail, subjectHostname must be specified",
        ),
        (
            {
                "pki": {
                    "caRootsPath": "/c",
                    "subjectEmail": "e",
                    "caIntermediatesPath": "/i",
                    "caIntermediatesData": "",
                }
            },
            "caIntermediatesPath and caIntermediatesData cannot be used simultaneously",
        ),
        (
            {"pki": {"caRootsPath": "/c", "subjectEmail": "e"}, "rekorPublicKeyPath": "/r"},
            f"{REKOR} are not supported for pki",
        ),
    ],
)
def test_of_sigstore_requirements_we_say_what_later_versions_say(
    members: dict[str, object], said: str
) -> None:
    content = policy({"type": "sigstoreSigned", **members})

    assert f'invalid policy in "policy.json": {said}' == problem(content)


def test_where_we_are_stricter_we_say_it_in_our_own_words() -> None:
    assert 'invalid policy in "policy.json": the policy is not valid JSON: not UTF-8 text' == problem(
        b'{"\xff":1}'
    )
    unknown = DocumentError("file.absent", file="f")
    assert "there is no such file" in words.policy_problem(unknown, b"") or words.policy_problem(unknown, b"")
    odd = DocumentError("registries_d.malformed", file="a.yaml", line=1, problem="odd")
    assert "parsing a.yaml: the file is not valid YAML: odd" == words.registries_problem(odd)


@pytest.mark.parametrize(
    "text", ["busybox", "a.b:5/c/d:v1", f"a@sha256:{'a' * 64}", "index.docker.io/a", "Foo.x/a"]
)
def test_of_a_good_name_nothing_is_said(text: str) -> None:
    assert "" == reference_problem(text)


def test_a_long_name_is_looked_at_only_once() -> None:
    assert "invalid reference format" == reference_problem("a" * 1_000_000 + ";")


def denial(content: bytes, *signatures: tuple[str, str]) -> str:
    """What is said of an image with signatures of these keys over these names."""
    made = parse(content, "policy.json")
    subject = Subject(Descriptor("", Digest.of(b""), 0), "docker", Reference.parse(IMAGE))
    statement = made.statement(subject)
    candidates = tuple(
        Candidate(StoredSignature("simple", "here", "", b""), ClaimedSignature(*one)) for one in signatures
    )
    used = PolicyUsed(made.language, made.origin, made.digest)
    case = Case(statement, subject, used, now(), candidates, thorough=True)
    answers = {need: (ALICE.public(),) for need in statement.needs}
    verdict = decide(case, Evidence(answers)).verdict
    return words.denial(statement.requirement, verdict, f"docker://{IMAGE}")


def test_a_denial_is_what_the_first_requirement_says_that_is_not_met() -> None:
    good, other = (ALICE.fingerprint, IMAGE), (ALICE.fingerprint, "r.example/other:v1")
    nobody = (BOB.fingerprint, IMAGE)
    base = {"type": "signedBaseLayer", "baseLayerIdentity": {"type": "matchExact"}}
    x509 = policy(signed_by(keyType="X509Certificates"))

    assert "" == denial(policy(ACCEPT))
    assert "" == denial(policy(signed_by()), good)
    assert "" == denial(policy(signed_by()), nobody, other, good)
    assert "A signature was required, but no signature exists" == denial(policy(signed_by(), REJECT))
    assert f"Running image docker://{IMAGE} is rejected by policy." == denial(
        policy(signed_by(), REJECT), good
    )
    assert "Signature for identity r.example/other:v1 is not accepted" == denial(policy(signed_by()), other)
    assert "signedBaseLayer not implemented yet!" == denial(policy(base), good)
    assert "A signature was required, but no signature exists" == denial(x509)
    assert 'Unimplemented "keyType" value "X509Certificates"' == denial(x509, good)
    several = denial(policy(signed_by()), nobody, other)
    assert several.startswith(
        "None of the signatures were accepted, reasons: Invalid GPG signature: the signature"
    )
    assert several.endswith("; Signature for identity r.example/other:v1 is not accepted")
    assert "this version does not verify" in denial(policy({"type": "sigstoreSigned", "keyPath": "/k"}), good)


def test_other_reasons_have_words_too() -> None:
    digest = {"signed": "sha256:aa", "subject": "sha256:bb"}

    assert "Signature for digest sha256:aa does not match" == words.rejection(
        "artifact.other-manifest", digest
    )
    assert words.rejection("keyring.file-absent", {"file": "/k"})
