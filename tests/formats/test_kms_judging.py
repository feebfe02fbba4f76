"""What a key's rule thinks of a signature: who signed, which bytes, which image, under which name."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError
from sealwright.evidence import Evidence, Keyring, PublicKey, PublicKeyAnswer, PublicKeyVersion, Unavailable
from sealwright.formats import table
from sealwright.formats.judged import Judged
from sealwright.formats.kms import content
from sealwright.formats.kms.content import Content
from sealwright.formats.kms.standing import STATES
from sealwright.reference import Reference
from sealwright.rules import KeyringRule, KeyRule, KeyState
from sealwright.signature import StoredSignature, Subject
from world import kms

AT = datetime(2026, 11, 28, 1, tzinfo=UTC)
NEED = PublicKey(kms.KEY)
RULE = KeyRule(NEED)
VERSION = PublicKeyVersion(kms.VERSION, 1, "ENABLED", kms.made("rsa.pem"))
ANSWER = PublicKeyAnswer(
    kms.KEY, "release", "ocid1.vault.oclocal.local-1.x.y", "ENABLED", blocked=False, versions=(VERSION,)
)
IMAGE = Descriptor(media_types.IMAGE_MANIFEST, Digest.parse(kms.DIGEST), 528)
SUBJECT = Subject(IMAGE, "docker", Reference.parse(f"registry.example/ns/{kms.REPOSITORY}:v1"))
GOOD = kms.content(kms.message().encoded())
UNREAD = {
    "parse": "passed",
    "authenticity": "not_reached",
    "integrity": "not_reached",
    "artifact": "not_reached",
    "identity": "not_reached",
}


def stored(found: bytes) -> StoredSignature:
    return StoredSignature("kms", "sha256:00", media_types.KMS_SIGNATURE, found)


def judged(
    signature: Content = GOOD,
    answer: object = ANSWER,
    rule: KeyRule = RULE,
    subject: Subject = SUBJECT,
    at: datetime = AT,
) -> Judged:
    evidence = Evidence({} if answer is None else {rule.key: answer})
    found = table.parse(stored(signature.encoded())).judge(subject, rule, "origin", evidence, at)
    assert found is not None
    return found


def failure(
    signature: Content = GOOD,
    answer: object = ANSWER,
    rule: KeyRule = RULE,
    subject: Subject = SUBJECT,
    at: datetime = AT,
) -> tuple[str, str]:
    found = judged(signature, answer, rule, subject, at)
    assert not found.needs
    assert not found.judgement.counts
    check = found.judgement.failure
    assert check is not None
    return check.name, check.reason


def signed(**changed: str) -> Content:
    return kms.content(kms.message(**changed).encoded())


def test_a_good_signature_counts() -> None:
    found = judged()
    assert found.judgement.counts
    assert found.judgement.authentic
    assert (kms.KEY, "release") == (found.judgement.signer, found.judgement.owner)
    outcomes = [check.outcome for check in found.judgement.checks]
    assert ["passed"] * 5 + ["skipped"] * 4 == outcomes
    assert AT + timedelta(seconds=limits.KMS_STATE_SECONDS) == found.until


@pytest.mark.parametrize("hashed", [224, 256, 384, 512])
def test_a_signature_by_openssl_counts(hashed: int) -> None:
    name = f"SHA_{hashed}_RSA_PKCS_PSS"
    signature = kms.content(
        kms.made(f"{name}.message"), kms.made(f"{name}.signature"), signing_algorithm=name
    )
    assert judged(signature).judgement.counts


def test_a_signature_from_a_client_in_go_counts() -> None:
    assert judged(kms.content(kms.made("go.message"), kms.made("go.signature"))).judgement.counts


def test_the_key_is_asked_for_once_and_nothing_else() -> None:
    found = judged(answer=None)
    assert frozenset({NEED}) == found.needs
    assert not found.judgement.counts
    assert UNREAD == {check.name: check.outcome for check in found.judgement.checks[:5]}
    assert "" == found.judgement.signer


def test_a_key_that_the_rule_does_not_name_makes_nobody_ask() -> None:
    foreign = kms.content(kms.message(kms_key_id=kms.OTHER_KEY).encoded(), key_id=kms.OTHER_KEY)
    assert ("authenticity", "authenticity.kms-other-key") == failure(foreign, None)
    other_version = KeyRule(NEED, versions=(kms.OTHER_VERSION,))
    assert ("authenticity", "authenticity.kms-other-version") == failure(GOOD, None, other_version)


@given(st.text(max_size=60) | st.sampled_from([kms.KEY, kms.OTHER_KEY, "release"]), st.text(max_size=60))
def test_only_what_the_rule_names_ever_becomes_a_need(key: str, version: str) -> None:
    signature = kms.content(b"", b"", key_id=key, key_version_id=version)
    message = kms.message(kms_key_id=key, kms_key_version_id=version, region=version).encoded()
    packed = msgspec.structs.replace(signature, message=kms.content(message, b"").message)
    for rule in (RULE, KeyRule(PublicKey("release", "prod")), KeyRule(NEED, versions=("1",))):
        found = judged(packed, None, rule)
        assert found.needs <= {rule.key}
        assert not found.judgement.counts
        answered = judged(packed, Unavailable("network.refused", retryable=True), rule)
        assert not answered.needs


def test_a_key_may_be_called_by_name() -> None:
    rule = KeyRule(PublicKey("release", "prod"))
    assert judged(rule=rule).judgement.counts
    other = msgspec.structs.replace(ANSWER, id=kms.OTHER_KEY)
    assert ("authenticity", "authenticity.kms-other-key") == failure(answer=other, rule=rule)


@pytest.mark.parametrize("versions", [("1",), (kms.VERSION,), ("1", "2"), (kms.OTHER_VERSION, "1")])
def test_a_version_may_be_asked_for(versions: tuple[str, ...]) -> None:
    assert judged(rule=KeyRule(NEED, versions=versions)).judgement.counts


@pytest.mark.parametrize("versions", [("2",), ("2", kms.OTHER_VERSION)])
def test_another_version_does_not_count(versions: tuple[str, ...]) -> None:
    assert ("authenticity", "authenticity.kms-other-version") == failure(
        rule=KeyRule(NEED, versions=versions)
    )


def test_a_version_that_the_key_does_not_have_does_not_count() -> None:
    answer = msgspec.structs.replace(ANSWER, versions=())
    assert ("authenticity", "authenticity.kms-version-unknown") == failure(answer=answer)


def test_a_key_that_cannot_be_had_leaves_the_question_open() -> None:
    found = judged(answer=Unavailable("network.refused", retryable=True))
    assert "unavailable" == found.judgement.outcome("authenticity")
    assert not found.judgement.counts
    assert found.until is None


def in_state(key: str = "ENABLED", version: str = "ENABLED", *, blocked: bool = False) -> PublicKeyAnswer:
    made = msgspec.structs.replace(VERSION, state=version)
    return msgspec.structs.replace(ANSWER, state=key, versions=(made,), blocked=blocked)


@pytest.mark.parametrize("state", [*STATES, "CREATING", "UNKNOWN_ENUM_VALUE", "enabled", ""])
def test_a_key_in_another_state_than_enabled_does_not_count_unless_the_rule_takes_it(state: str) -> None:
    refused = ("authenticity", "authenticity.kms-key-state")
    for answer in (in_state(key=state), in_state(version=state)):
        assert refused == failure(answer=answer)
        words: tuple[KeyState, ...] = ("disabled", "pendingDeletion", "deleted", "blocked")
        for word in words:
            rule = KeyRule(NEED, accepted=frozenset({word}))
            assert (STATES.get(state) == word) == judged(answer=answer, rule=rule).judgement.counts


def test_a_blocked_key_counts_only_where_the_rule_takes_it() -> None:
    assert ("authenticity", "authenticity.kms-key-state") == failure(answer=in_state(blocked=True))
    both = in_state("DISABLED", blocked=True)
    assert judged(
        answer=both, rule=KeyRule(NEED, accepted=frozenset({"blocked", "disabled"}))
    ).judgement.counts
    assert (
        "authenticity.kms-key-state"
        == failure(answer=both, rule=KeyRule(NEED, accepted=frozenset({"blocked"})))[1]
    )


def exported(hours: float) -> PublicKeyAnswer:
    return msgspec.structs.replace(ANSWER, as_of=AT - timedelta(hours=hours))


def test_exported_keys_count_as_long_as_the_rule_says() -> None:
    day = KeyRule(NEED, export_age=86400)
    found = judged(answer=exported(23), rule=day)
    assert found.judgement.counts
    assert AT + timedelta(hours=1) == found.until
    assert ("authenticity", "authenticity.kms-export-old") == failure(answer=exported(24), rule=day)
    assert ("authenticity", "authenticity.kms-export-refused") == failure(answer=exported(0))
    assert judged(answer=exported(-0.05), rule=day).judgement.counts
    assert ("authenticity", "authenticity.kms-export-in-future") == failure(answer=exported(-1), rule=day)


def test_an_altered_message_is_noticed() -> None:
    altered = kms.content(kms.message(description="another").encoded(), GOOD.signature_bytes)
    assert ("integrity", "integrity.signature-invalid") == failure(altered)
    anew = kms.content(json.dumps(json.loads(GOOD.message_bytes)).encode(), GOOD.signature_bytes)
    assert ("integrity", "integrity.signature-invalid") == failure(anew)


def test_a_swapped_signature_is_noticed() -> None:
    swapped = kms.content(kms.message().encoded(), kms.made(f"{kms.ALGORITHM}.signature"))
    assert ("integrity", "integrity.signature-invalid") == failure(swapped)


@pytest.mark.parametrize("public", ["p256.pem", "README.md"])
def test_a_key_of_another_kind_verifies_nothing(public: str) -> None:
    version = msgspec.structs.replace(VERSION, public_key=kms.made(public))
    answer = msgspec.structs.replace(ANSWER, versions=(version,))
    assert ("integrity", "integrity.kms-key-kind") == failure(answer=answer)


@pytest.mark.parametrize("algorithm", ["SHA_256_RSA_PKCS1_V1_5", "ECDSA_SHA_256", "none", ""])
def test_no_other_algorithm_is_taken(algorithm: str) -> None:
    changed = msgspec.structs.replace(GOOD, signing_algorithm=algorithm)
    assert ("integrity", "parse.kms-algorithm") == failure(changed)


def test_a_signature_of_another_image_is_refused() -> None:
    other = msgspec.structs.replace(IMAGE, digest=Digest.of(b"other"))
    found = failure(subject=msgspec.structs.replace(SUBJECT, descriptor=other))
    assert ("artifact", "artifact.kms-other-image") == found
    assert ("artifact", "artifact.kms-other-image") == failure(signed(image_digest="sha256:0000"))


@pytest.mark.parametrize(
    "changed",
    [
        {"kms_key_id": kms.OTHER_KEY},
        {"kms_key_version_id": kms.OTHER_VERSION},
        {"signing_algorithm": "SHA_512_RSA_PKCS_PSS"},
    ],
)
def test_a_message_about_another_key_version_or_algorithm_is_refused(changed: dict[str, str]) -> None:
    assert ("artifact", "artifact.kms-other-field") == failure(signed(**changed))


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (f"registry.example/ns/{kms.REPOSITORY}:v2", True),
        (f"mirror.example:5000/other/{kms.REPOSITORY}", True),
        (f"registry.example/{kms.REPOSITORY}", False),
        ("registry.example/ns/project02/acme-web-app", False),
        (f"registry.example/ns/more/{kms.REPOSITORY}", False),
    ],
)
def test_the_repository_has_to_be_the_signed_one(name: str, counts: bool) -> None:  # noqa: FBT001  # a case
    subject = msgspec.structs.replace(SUBJECT, name=Reference.parse(name))
    assert counts == judged(subject=subject).judgement.counts
    if not counts:
        assert ("identity", "identity.kms-other-repository") == failure(subject=subject)


def test_the_policy_may_name_the_signed_repository() -> None:
    mirror = msgspec.structs.replace(SUBJECT, name=Reference.parse("mirror.example/copies/app"))
    assert judged(rule=KeyRule(NEED, repository=kms.REPOSITORY), subject=mirror).judgement.counts
    other = KeyRule(NEED, repository="project02/app")
    assert ("identity", "identity.kms-other-repository") == failure(rule=other)


@pytest.mark.parametrize("name", ["/srv/layout", "layout", "project01/acme-web-app", "", "a" * 400])
def test_an_image_without_a_name_has_no_repository(name: str) -> None:
    layout = Subject(IMAGE, "oci", name)
    assert ("identity", "identity.kms-image-without-name") == failure(subject=layout)
    assert judged(rule=KeyRule(NEED, repository=kms.REPOSITORY), subject=layout).judgement.counts


def test_a_scope_is_a_name() -> None:
    assert judged(subject=Subject(IMAGE, "oci", f"registry.example/ns/{kms.REPOSITORY}")).judgement.counts


def test_the_region_has_to_be_that_of_the_key_or_one_that_the_policy_names() -> None:
    elsewhere = signed(region="us-phoenix-1")
    assert ("identity", "identity.kms-other-region") == failure(elsewhere)
    both = KeyRule(NEED, regions=("local-1", "us-phoenix-1"))
    assert judged(elsewhere, rule=both).judgement.counts
    assert ("identity", "identity.kms-other-region") == failure(rule=KeyRule(NEED, regions=("us-phoenix-1",)))


def test_metadata_may_be_asked_for() -> None:
    rule = KeyRule(NEED, metadata={"buildnumber": "8447"})
    assert judged(rule=rule).judgement.counts
    missing = ("artifact", "artifact.metadata-missing")
    assert missing == failure(signed(metadata='{"buildnumber":"1"}'), rule=rule)
    assert missing == failure(signed(metadata=""), rule=rule)
    assert judged(signed(metadata="no JSON")).judgement.counts


def test_another_languages_rule_is_not_about_such_signatures() -> None:
    signature = table.parse(stored(GOOD.encoded()))
    assert signature.judge(SUBJECT, KeyringRule(Keyring()), "origin", Evidence(), AT) is None


def test_what_a_signature_says_of_itself_is_shown() -> None:
    summary = table.details(table.parse(stored(GOOD.encoded())))
    assert ("kms", kms.KEY, kms.ALGORITHM) == (summary.format, summary.signer, summary.algorithm)
    assert kms.DIGEST == summary.payload.digest
    assert {"buildnumber": "8447"} == summary.user_metadata
    assert kms.message().fields == summary.signed_attributes
    assert Digest.of(GOOD.encoded()) == summary.digest
    assert summary.signing_time is None
    odd = table.parse(stored(signed(image_digest="sha256:0000").encoded())).summary
    assert "sha256:" + "0" * 64 == odd.payload.digest


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (b"{}", "kms.content-malformed"),
        (kms.content(b"{}", b"").encoded(), "parse.kms-message-malformed"),
        (kms.content(b"", b"").encoded(), "parse.kms-message-malformed"),
    ],
)
def test_what_is_no_signature_is_refused(found: bytes, code: str) -> None:
    with pytest.raises(MalformedSignatureError) as caught:
        table.parse(stored(found))
    assert code == caught.value.code


@given(
    st.binary(max_size=200)
    | st.builds(lambda text: content.parse(GOOD.encoded()).encoded() + text, st.binary())
)
def test_any_bytes_are_a_signature_or_refused(found: bytes) -> None:
    try:
        table.parse(stored(found))
    except MalformedSignatureError as error:
        assert error.code.partition(".")[0] in ("kms", "parse")  # it may also be a signature
