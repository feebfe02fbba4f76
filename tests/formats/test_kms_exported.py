"""Public keys that a vault exported: read strictly, and looked up as a policy names them."""

import json
from datetime import UTC, datetime

import pytest

from sealwright import limits
from sealwright.errors import DocumentError
from sealwright.evidence import PublicKey, PublicKeyAnswer, Unavailable
from sealwright.formats.kms import exported
from world import kms

ONE = exported.parse(kms.exported(), "keys.json")
VAULT = "ocid1.vault.oclocal.local-1.fixturevault.aaaa"


def of(**changed: object) -> exported.ExportedKeys:
    return exported.parse(kms.exported(**changed), "keys.json")  # type: ignore[arg-type]  # words of its own


def found(wanted: PublicKey, *exports: exported.ExportedKeys) -> PublicKeyAnswer:
    answer = exported.answer(wanted, exports, "keys.json")
    assert isinstance(answer, PublicKeyAnswer)
    return answer


def why_not(wanted: PublicKey, *exports: exported.ExportedKeys) -> str:
    answer = exported.answer(wanted, exports, "keys.json")
    assert isinstance(answer, Unavailable)
    assert not answer.retryable
    return answer.reason


@pytest.mark.parametrize(
    "wanted",
    [
        PublicKey(kms.KEY),
        PublicKey("release"),
        PublicKey("release", VAULT),
        PublicKey(kms.KEY, VAULT, "registry.example:5000"),
    ],
)
def test_a_key_is_found_by_identifier_and_by_name(wanted: PublicKey) -> None:
    answer = found(wanted, ONE)
    assert (kms.KEY, "release", VAULT, "ENABLED", False) == (
        answer.id,
        answer.name,
        answer.vault,
        answer.state,
        answer.blocked,
    )
    assert datetime(2026, 11, 28, 1, tzinfo=UTC) == answer.as_of
    (version,) = answer.versions
    assert (kms.VERSION, 1, "ENABLED") == (version.id, version.number, version.state)
    assert kms.made("rsa.pem") == version.public_key


def test_an_answer_of_the_vault_itself_has_no_age() -> None:
    answer = exported.answer(PublicKey(kms.KEY), (ONE,), "the vault", live=True)
    assert isinstance(answer, PublicKeyAnswer)
    assert answer.as_of is None


@pytest.mark.parametrize(
    "wanted",
    [
        PublicKey("other"),
        PublicKey(kms.OTHER_KEY),
        PublicKey("release", "another vault"),
        PublicKey(""),
    ],
)
def test_a_key_that_is_not_there_is_unknown(wanted: PublicKey) -> None:
    assert "authenticity.kms-key-unknown" == why_not(wanted, ONE)


def test_a_name_that_looks_like_an_identifier_is_no_identifier() -> None:
    impostor = of(id=kms.OTHER_KEY, name=kms.KEY)
    assert "authenticity.kms-key-unknown" == why_not(PublicKey(kms.KEY), impostor)


def test_a_vault_may_be_named_and_a_service_have_another_name() -> None:
    named = exported.parse(kms.exported(vaultName="prod"), "keys.json")
    assert kms.KEY == found(PublicKey("release", "prod", "elsewhere.example"), named).id


def test_a_name_of_several_keys_is_ambiguous_unless_one_alone_stays() -> None:
    other = of(id=kms.OTHER_KEY)
    assert "authenticity.kms-key-ambiguous" == why_not(PublicKey("release"), ONE, other)
    assert kms.KEY == found(PublicKey("release"), ONE, of(id=kms.OTHER_KEY, state="PENDING_DELETION")).id
    assert kms.OTHER_KEY == found(PublicKey("release"), of(state="DELETED"), other).id
    gone = of(state="DELETED"), of(id=kms.OTHER_KEY, state="DELETED")
    assert "authenticity.kms-key-ambiguous" == why_not(PublicKey("release"), *gone)
    assert kms.KEY == found(PublicKey(kms.KEY), ONE, other).id


def test_of_several_exports_the_newest_tells() -> None:
    new = of(exported_at="2026-11-29T01:00:00+01:00", state="PENDING_DELETION")
    for exports in ((ONE, new), (new, ONE)):
        answer = found(PublicKey("release"), *exports)
        assert "PENDING_DELETION" == answer.state
        assert datetime(2026, 11, 29, tzinfo=UTC) == answer.as_of


def altered(**changed: object) -> bytes:
    fields = {**json.loads(kms.exported()), **changed}
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def test_members_that_are_not_known_are_passed_over() -> None:
    assert ONE == exported.parse(altered(more=1), "keys.json")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "expecting value"),
        (b"[]", "object"),
        (altered(keys=None), "keys"),
        (altered(keys=[{}]), "keys"),
        (altered(exportedAt="2026-11-28T01:00:00"), "exportedAt"),
        (altered(exportedAt="yesterday"), "exportedAt"),
        (altered(**{"$schema": "https://sealwright.dev/schema/vault-keys/2"}), "vault-keys/2"),
        (kms.exported(blocked="no"), "blocked"),
        (kms.exported(id=7), "id"),
        (kms.exported()[:-1] + b',"keys":[]}', "stands twice"),
        (b"[" * 100, "nested"),
        (b'"' + b"a" * limits.KMS_EXPORT_BYTES + b'"', "larger"),
    ],
)
def test_anything_else_is_refused_by_name(content: bytes, problem: str) -> None:
    with pytest.raises(DocumentError) as caught:
        exported.parse(content, "keys.json")
    assert "kms.export-malformed" == caught.value.code
    assert "keys.json" == caught.value.file
    assert problem in str(caught.value.data["problem"])
