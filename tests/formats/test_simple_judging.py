"""What a keyring's rule thinks of a simple signature: each check, and what is not made after a failure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from sealwright import reasons
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError
from sealwright.evidence import (
    Evidence,
    Keyring,
    Need,
    OpenPgpAnswer,
    OpenPgpResult,
    OpenPgpSignature,
    Unavailable,
)
from sealwright.formats.judged import Judged
from sealwright.formats.simple import payload, signature
from sealwright.formats.simple.signature import ORDER
from sealwright.reference import Reference
from sealwright.rules import IdentityMatch, KeyringRule, X509Rule
from sealwright.signature import StoredSignature, Subject
from world import openpgp

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
DIGEST = Digest("sha256:" + "ab" * 32)
NAME = "registry.example/app:v1"
RING = Keyring(("/keys/joe.gpg",))
RULE = KeyringRule(RING)
KEYS = (b"joe's key",)
JOE = "A1" * 20
GOOD = OpenPgpSignature("good", JOE[-16:], JOE, JOE, "Joe (joe@example.com)", AT - timedelta(days=1))
DOCUMENT = payload.write(NAME, DIGEST, "test 1", 1_795_000_000)
SUBJECT = Subject(
    Descriptor("application/vnd.oci.image.manifest.v1+json", DIGEST, 7), "docker", Reference.parse(NAME)
)


def message(document: bytes = DOCUMENT) -> bytes:
    packet = openpgp.signature(
        4,
        [openpgp.subpacket(2, (1_795_000_000).to_bytes(4))],
        [openpgp.subpacket(16, bytes.fromhex(JOE[-16:]))],
    )
    return openpgp.message(document, packet)


def parsed(content: bytes) -> signature.SimpleSignature:
    return signature.parse(StoredSignature("simple", "here", signature.MEDIA_TYPE, content))


def evidence(
    *signatures: OpenPgpSignature, document: bytes = DOCUMENT, content: bytes | None = None, **more: Any
) -> Evidence:
    need = OpenPgpResult(content or message(document), KEYS, AT)
    answer = OpenPgpAnswer("gpg", signatures, document, **more)
    return Evidence({RING: KEYS, need: answer})


def judge(
    found: Evidence, content: bytes | None = None, rule: KeyringRule = RULE, subject: Subject = SUBJECT
) -> Judged:
    judged = parsed(content or message()).judge(subject, rule, "policy.json:1", found, AT)
    assert judged is not None
    return judged


def outcome(judged: Judged) -> dict[str, tuple[str, str]]:
    """The checks that did not simply pass or were left out, in their order."""
    checks = judged.judgement.checks
    assert list(ORDER) == [check.name for check in checks]
    for check in checks:
        if check.reason:
            assert reasons.sentence(check.reason, check.data)
            assert check.outcome == "unavailable" or "<" not in reasons.sentence(check.reason, check.data)
    return {
        check.name: (check.outcome, check.reason)
        for check in checks
        if check.outcome not in ("passed", "skipped")
    }


def after(name: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(ORDER[ORDER.index(name) + 1 :], ("not_reached", ""))


def test_a_good_signature_passes_every_check_and_its_signer_is_the_primary_key() -> None:
    subkey = msgspec.structs.replace(GOOD, fingerprint="B2" * 20)
    judged = judge(evidence(subkey))

    assert {} == outcome(judged)
    assert judged.judgement.counts
    assert judged.judgement.authentic
    assert JOE == judged.judgement.signer
    assert frozenset() == judged.needs


def test_keys_are_asked_for_first_and_then_what_became_of_the_message() -> None:
    nothing, keys = judge(Evidence()), judge(Evidence({RING: KEYS}))

    assert frozenset[Need]({RING}) == nothing.needs
    assert frozenset[Need]({OpenPgpResult(message(), KEYS, AT)}) == keys.needs
    assert not nothing.judgement.counts
    assert not keys.judgement.counts


def test_rules_of_other_formats_are_not_about_it() -> None:
    rule = X509Rule(("ca:acme",), (), {})
    assert parsed(message()).judge(SUBJECT, rule, "x", Evidence(), AT) is None


@pytest.mark.parametrize(
    ("found", "check", "reason"),
    [
        (
            Evidence({RING: Unavailable("keyring.file-absent", retryable=False)}),
            "integrity",
            "keyring.file-absent",
        ),
        (
            Evidence(
                {RING: KEYS, OpenPgpResult(message(), KEYS, AT): Unavailable("key.gpg-slow", retryable=True)}
            ),
            "integrity",
            "key.gpg-slow",
        ),
    ],
)
def test_what_cannot_be_found_out_counts_for_nothing(found: Evidence, check: str, reason: str) -> None:
    judged = judge(found)

    assert {check: ("unavailable", reason)} | after(check) == outcome(judged)
    assert not judged.judgement.counts
    assert frozenset() == judged.needs


@pytest.mark.parametrize(
    ("found", "check", "reason"),
    [
        (evidence(), "integrity", "integrity.openpgp-count"),
        (evidence(GOOD, GOOD), "integrity", "integrity.openpgp-count"),
        (evidence(OpenPgpSignature("key-unknown", JOE[-16:])), "integrity", "integrity.key-unknown"),
        (evidence(OpenPgpSignature("bad", JOE[-16:])), "integrity", "integrity.openpgp-bad"),
        (evidence(OpenPgpSignature("unsupported")), "integrity", "integrity.openpgp-unsupported"),
        (
            evidence(GOOD, disagreement="gpg says good, sequoia bad"),
            "integrity",
            "integrity.backends-disagree",
        ),
        (
            evidence(GOOD, document=DOCUMENT + b" ", content=message()),
            "integrity",
            "integrity.openpgp-document",
        ),
    ],
)
def test_a_message_that_does_not_hold_is_not_looked_into(found: Evidence, check: str, reason: str) -> None:
    judged = judge(found)

    assert {check: ("failed", reason)} | after(check) == outcome(judged)
    assert not judged.judgement.counts
    assert "" == judged.judgement.signer


@pytest.mark.parametrize(
    ("state", "check", "reason"),
    [
        ("key-revoked", "authenticity", "authenticity.key-revoked"),
        ("key-expired", "authenticity", "authenticity.key-expired"),
        ("expired", "expiry", "expiry.expired"),
    ],
)
def test_a_payload_is_not_read_where_key_or_signature_are_no_good(
    state: Any, check: str, reason: str
) -> None:
    junk = message(b"no payload at all")
    signed = msgspec.structs.replace(GOOD, state=state)
    judged = judge(evidence(signed, document=b"no payload at all"), junk)

    found = outcome(judged)
    assert ("failed", reason) == found.pop(check)
    assert after("timestamp") == found
    assert not judged.judgement.counts


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (-1, False)])
def test_a_signature_holds_until_the_second_at_which_it_expires(seconds: int, *, good: bool) -> None:
    ends = AT + timedelta(seconds=1 if good else 0) + timedelta(seconds=seconds)
    judged = judge(evidence(msgspec.structs.replace(GOOD, expires_at=ends)))
    assert good == judged.judgement.counts


def test_a_signature_from_the_future_is_refused_though_gpg_lets_it_pass() -> None:
    soon = judge(evidence(msgspec.structs.replace(GOOD, made_at=AT + timedelta(seconds=30))))
    late = judge(evidence(msgspec.structs.replace(GOOD, made_at=AT + timedelta(days=1))))

    assert soon.judgement.counts
    assert {"timestamp": ("failed", "timestamp.signing-time-in-future")} | after("timestamp") == outcome(late)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"{}", "parse.simple-payload-malformed"),
        (payload.write(NAME, Digest("sha256:" + "cd" * 32), "x", 0), "artifact.other-manifest"),
        (DOCUMENT.replace(b"sha256:ab", b"sha256:AB"), "artifact.other-manifest"),
        (DOCUMENT.replace(b"1795000000", b"null"), "parse.simple-payload-malformed"),
    ],
)
def test_the_payload_must_be_about_the_manifest(document: bytes, reason: str) -> None:
    judged = judge(evidence(GOOD, document=document), message(document))

    assert {"artifact": ("failed", reason)} | after("artifact") == outcome(judged)
    assert JOE == judged.judgement.signer


def test_lenient_rules_take_payloads_that_strict_ones_refuse() -> None:
    document = DOCUMENT.replace(b"1795000000", b"null")
    rule = msgspec.structs.replace(RULE, lenient=True)

    assert judge(evidence(GOOD, document=document), message(document), rule).judgement.counts


def test_the_name_is_compared_last() -> None:
    other = msgspec.structs.replace(SUBJECT, name=Reference.parse("registry.example/app:v2"))
    judged = judge(evidence(GOOD), subject=other)
    nameless = judge(evidence(GOOD), subject=msgspec.structs.replace(SUBJECT, name="./folder"))
    exact = KeyringRule(RING, IdentityMatch("exactReference", NAME))

    assert {"identity": ("failed", "identity.other-name")} == outcome(judged)
    assert ("failed", "identity.image-without-name") == outcome(nameless)["identity"]
    assert judge(evidence(GOOD), rule=exact, subject=other).judgement.counts


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "an empty file"),
        (b"<!doctype html>", "HTML"),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\n", "clearsigned"),
        (b"\x00sigstore-json\n{}", "Sigstore"),
    ],
)
def test_what_is_no_signed_message_is_told_apart(content: bytes, word: str) -> None:
    with pytest.raises(MalformedSignatureError) as caught:
        parsed(content)
    assert "parse.simple-kind" == caught.value.code
    assert word in str(caught.value)


def test_a_damaged_message_is_malformed() -> None:
    with pytest.raises(MalformedSignatureError) as caught:
        parsed(message()[:-3])
    assert "parse.openpgp-malformed" == caught.value.code


def test_a_wrapped_message_is_verified_without_its_wrapper() -> None:
    wrapped = b"\x00simple-signing\n" + message()
    assert judge(evidence(GOOD), wrapped).judgement.counts


def test_what_it_says_of_itself_is_shown() -> None:
    told = parsed(message()).summary

    assert ("simple", JOE[-16:], DIGEST) == (told.format, told.signer, told.payload.digest)
    assert {
        "dockerReference": NAME,
        "dockerManifestDigest": str(DIGEST),
        "creator": "test 1",
        "timestamp": "1795000000",
    } == dict(told.signed_attributes)
    assert datetime.fromtimestamp(1_795_000_000, UTC) == told.signing_time
    assert told.expiry is None


def test_a_payload_that_claims_no_digest_is_shown_with_zeros() -> None:
    broken = parsed(message(b"no payload")).summary
    odd = parsed(message(DOCUMENT.replace(b"sha256:", b"nope256:"))).summary

    assert "sha256:" + "0" * 64 == broken.payload.digest == odd.payload.digest
    assert {} == dict(broken.signed_attributes)


def test_an_expiry_is_counted_from_the_signing_time() -> None:
    areas = [openpgp.subpacket(2, (1_795_000_000).to_bytes(4)), openpgp.subpacket(3, (60).to_bytes(4))]
    packet = openpgp.signature(4, areas, [openpgp.subpacket(16, bytes.fromhex(JOE[-16:]))])
    told = parsed(openpgp.message(DOCUMENT, packet)).summary

    assert datetime.fromtimestamp(1_795_000_060, UTC) == told.expiry
