"""Decisions about signatures by keys of a vault: which keys signed, and how many different ones."""

from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.evidence import Evidence, PublicKey, PublicKeyAnswer, PublicKeyVersion
from sealwright.formats import table
from sealwright.policy.decide import Candidate, Case, decide
from sealwright.reference import Reference
from sealwright.rules import AllOf, AtLeast, KeyRule, Requirement, SignedBy, Statement
from sealwright.signature import StoredSignature, Subject
from sealwright.verdict import PolicyUsed
from world import kms

AT = datetime(2026, 11, 28, 1, tzinfo=UTC)
A, B, C = (kms.KEY.replace("aaaaaaaa", letter * 8) for letter in "abc")
IMAGE = Descriptor(media_types.IMAGE_MANIFEST, Digest.parse(kms.DIGEST), 528)
SUBJECT = Subject(IMAGE, "docker", Reference.parse(f"registry.example/ns/{kms.REPOSITORY}:v1"))
POLICY = PolicyUsed("vault", "policy.json", Digest.of(b""))


def candidate(key: str, version: str = kms.VERSION) -> Candidate:
    message = kms.message(kms_key_id=key, kms_key_version_id=version).encoded()
    content = kms.content(message, key_id=key, key_version_id=version).encoded()
    stored = StoredSignature("kms", f"by {key}", media_types.KMS_SIGNATURE, content)
    return Candidate(stored, table.parse(stored))


def answers(*keys: str) -> Evidence:
    private = load_pem_private_key(kms.made("rsa.key"), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    versions = tuple(
        PublicKeyVersion(version, number, "ENABLED", kms.made("rsa.pem"))
        for number, version in ((1, kms.VERSION), (2, kms.OTHER_VERSION))
    )
    return Evidence(
        {
            PublicKey(key): PublicKeyAnswer(key, key[-4:], "", "ENABLED", blocked=False, versions=versions)
            for key in keys
        }
    )


def by(key: str, *versions: str) -> SignedBy:
    return SignedBy(f"by {key}", KeyRule(PublicKey(key), versions))


def decided(requirement: Requirement, *candidates: Candidate) -> tuple[str, str]:
    case = Case(Statement("release", requirement), SUBJECT, POLICY, AT, candidates)
    opinion = decide(case, answers(A, B, C))
    assert not opinion.needs
    assert len(candidates) == len(opinion.verdict.signatures)
    return opinion.verdict.decision, opinion.verdict.reason


def test_any_of_the_keys_is_enough() -> None:
    any_of = AtLeast("any", 1, (by(A), by(B)))
    assert ("accepted", "verdict.accepted") == decided(any_of, candidate(B))
    assert ("accepted", "verdict.accepted") == decided(any_of, candidate(C), candidate(A))
    assert "refused" == decided(any_of, candidate(C))[0]
    assert ("refused", "verdict.unsigned") == decided(any_of)


def test_two_keys_have_to_be_two() -> None:
    two = AtLeast("two", 2, (by(A), by(B), by(C)))
    assert "accepted" == decided(two, candidate(A), candidate(C))[0]
    assert "refused" == decided(two, candidate(A), candidate(A))[0]


def test_two_versions_of_a_key_are_one_key() -> None:
    two = AtLeast("two", 2, (by(A, "1"), by(A, "2"), by(B)))
    versions = candidate(A), candidate(A, kms.OTHER_VERSION)
    assert "refused" == decided(two, *versions)[0]
    assert "accepted" == decided(two, *versions, candidate(B))[0]


def test_all_of_the_keys_have_to_sign() -> None:
    every = AllOf("all", (by(A), AtLeast("any", 1, (by(B), by(C)))))
    assert "accepted" == decided(every, candidate(A), candidate(C))[0]
    assert "refused" == decided(every, candidate(A))[0]
    assert "refused" == decided(every, candidate(B), candidate(C))[0]


def test_nothing_is_asked_for_keys_that_nobody_signed_with() -> None:
    two = AtLeast("two", 1, (by(A), by(B)))
    case = Case(Statement("release", two), SUBJECT, POLICY, AT, (candidate(B), candidate(C)))
    assert frozenset({PublicKey(B)}) == decide(case, Evidence()).needs
    assert frozenset() == decide(msgspec.structs.replace(case, candidates=()), Evidence()).needs


@pytest.mark.parametrize("hours", [0, 24])
def test_a_verdict_holds_as_long_as_what_it_rests_on(hours: int) -> None:
    evidence = answers(A)
    answer = evidence.public_key(PublicKey(A))
    assert isinstance(answer, PublicKeyAnswer)
    if hours:
        answer = msgspec.structs.replace(answer, as_of=AT)
    rule = KeyRule(PublicKey(A), export_age=hours * 3600)
    case = Case(Statement("release", SignedBy("a", rule)), SUBJECT, POLICY, AT, (candidate(A),))
    verdict = decide(case, Evidence({PublicKey(A): answer})).verdict
    assert verdict.settled_until is not None
    assert (hours * 3600 or 60) == (verdict.settled_until - AT).total_seconds()
