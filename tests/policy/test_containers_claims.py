"""Claimed signatures, by which policies are tried without images."""

from datetime import UTC, datetime

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.evidence import Evidence, Keyring, Unavailable
from sealwright.formats.judged import Judged
from sealwright.policy.containers.claims import ClaimedSignature
from sealwright.reference import Reference
from sealwright.rules import KeyringRule, X509Rule
from sealwright.signature import Subject
from world.openpgp_keys import Key

ALICE = Key.ed25519("Alice <alice@example.com>")
SUBJECT = Subject(Descriptor("", Digest.of(b""), 0), "docker", Reference.parse("r.example/app:v1"))
RING = Keyring(("/ring.gpg",), (b"inline",))
NOW = datetime(2026, 11, 27, tzinfo=UTC)
CLAIM = ClaimedSignature(ALICE.fingerprint, "r.example/app:v1")


def judged(answer: object = None, claim: ClaimedSignature = CLAIM) -> Judged:
    evidence = Evidence({} if answer is None else {RING: answer})
    found = claim.judge(SUBJECT, KeyringRule(RING), "policy:1", evidence, NOW)
    assert found is not None
    return found


def test_a_claim_counts_if_its_key_is_in_the_ring_and_its_name_is_right() -> None:
    assert judged((ALICE.public(),)).judgement.counts
    assert judged((ALICE.public(),)).judgement.authentic
    assert ALICE.fingerprint == CLAIM.summary.signer


def test_a_claim_asks_for_the_keys_first() -> None:
    assert frozenset({RING}) == judged().needs
    assert not judged().judgement.counts


def test_a_claim_does_not_count_otherwise() -> None:
    other = Key.ed25519("Bob <bob@example.com>").public()
    renamed = ClaimedSignature(ALICE.fingerprint, "r.example/app:v2")
    failures = [
        judged((other,)).judgement.failure,
        judged((ALICE.public(),), renamed).judgement.failure,
        judged((b"\x99\x01",)).judgement.failure,
        judged(Unavailable("keyring.no-keys", retryable=False, data={"file": "f"})).judgement.failure,
    ]

    assert ["integrity.key-unknown", "identity.other-name", "keyring.malformed", "keyring.no-keys"] == [
        one.reason for one in failures if one is not None
    ]


def test_a_claim_is_nothing_to_rules_of_other_formats() -> None:
    assert CLAIM.judge(SUBJECT, X509Rule((), (), {}), "policy:1", Evidence(), NOW) is None
