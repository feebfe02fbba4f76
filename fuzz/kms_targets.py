"""What is fuzzed of signatures by keys of a vault: their stored form, their policies, exported keys.

Beyond coming back: a signature that counts is one of a very message that was signed, and nothing but the key
of the policy is ever asked for.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from target import Target

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.evidence import Evidence, PublicKey, PublicKeyAnswer
from sealwright.formats import table
from sealwright.formats.kms import content, exported, message
from sealwright.policy.vault import key_lists, lowering
from sealwright.reference import Reference
from sealwright.rules import KeyRule
from sealwright.signature import StoredSignature, Subject
from world import kms

AT = datetime(2026, 11, 28, 1, tzinfo=UTC)
NEED = PublicKey(kms.KEY)
SUBJECT = Subject(
    Descriptor(media_types.IMAGE_MANIFEST, Digest(kms.DIGEST), 528),
    "docker",
    Reference.parse(f"registry.example/ns/{kms.REPOSITORY}:v1"),
)
MESSAGE = kms.message().encoded()
SIGNED = (MESSAGE, kms.made("go.message"))


def _signature(found: bytes) -> None:
    read = table.parse(StoredSignature("kms", "", media_types.KMS_SIGNATURE, found))
    answer = exported.answer(NEED, (exported.parse(kms.exported(), ""),), "", live=True)
    unasked = read.judge(SUBJECT, KeyRule(NEED), "", Evidence(), AT)
    assert unasked is not None
    assert unasked.needs <= {NEED}
    judged = read.judge(SUBJECT, KeyRule(NEED), "", Evidence({NEED: answer}), AT)
    assert judged is not None
    if judged.judgement.counts:
        assert content.parse(found).message_bytes in SIGNED


def _message(found: bytes) -> None:
    read = message.parse(found)
    assert message.parse(read.encoded()) == read
    assert read.annotations is not None


def _exported(found: bytes) -> None:
    read = exported.parse(found, "keys.json")
    answer = exported.answer(NEED, (read,), "keys.json")
    assert not isinstance(answer, PublicKeyAnswer) or answer.id == kms.KEY


def _policy(found: bytes) -> None:
    policy = lowering.parse(found, "policy.json")
    assert policy.statement(SUBJECT).name


def _key_list(found: bytes) -> None:
    lowering.parse(key_lists.policy_of(found, "cluster.json"), "policy.json")


def _signatures() -> Iterator[bytes]:
    yield kms.content(MESSAGE).encoded()
    yield kms.content(kms.made("go.message"), kms.made("go.signature")).encoded()


def _messages() -> Iterator[bytes]:
    yield MESSAGE
    yield kms.made("go.message")


def _exports() -> Iterator[bytes]:
    yield kms.exported()
    yield kms.exported((kms.VERSION, 1, "ENABLED"), (kms.OTHER_VERSION, 2, "DELETED"), state="DISABLED")


def _policies() -> Iterator[bytes]:
    wanted = {"all": [{"key": kms.KEY, "versions": [1]}, {"atLeast": 1, "of": [{"key": "a", "vault": "b"}]}]}
    statement = {"name": "all", "scopes": ["*"], "signedBy": wanted, "exportedKeys": "30d"}
    yield json.dumps({"version": "1.0", "statements": [statement]}).encode()


def _key_lists() -> Iterator[bytes]:
    listed = {"isPolicyEnabled": True, "keyDetails": [{"kmsKeyId": kms.KEY}]}
    yield json.dumps({"data": {"imagePolicyConfig": listed}}).encode()


TARGETS: Mapping[str, Target] = {
    "kms-signature": Target(_signature, _signatures),
    "kms-message": Target(_message, _messages),
    "kms-exported-keys": Target(_exported, _exports),
    "vault-policy": Target(_policy, _policies),
    "vault-key-list": Target(_key_list, _key_lists),
}
