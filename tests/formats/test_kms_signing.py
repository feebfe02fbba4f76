"""A signature by a vault's key on its way: what is signed, what is kept, and the manifest that carries it."""

import json
from datetime import UTC, datetime

import pytest

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError, UsageError
from sealwright.formats.kms import content, manifest, signing
from sealwright.formats.kms.signing import SigningKey
from sealwright.formats.orders import SigningOrder
from world import kms

AT = datetime(2026, 11, 28, 1, 2, 3, tzinfo=UTC)
IMAGE = Descriptor(media_types.IMAGE_MANIFEST, Digest.parse(kms.DIGEST), 528)
ORDER = SigningOrder(IMAGE, media_types.KMS_SIGNATURE, AT)
KEY = SigningKey(kms.KEY, kms.VERSION, kms.ALGORITHM)
PATH = f"ns/{kms.REPOSITORY}"


def test_what_is_signed_is_what_oracles_client_would_sign() -> None:
    made = signing.prepare(ORDER, KEY, PATH, 'Ünï "q" café', '{ "b b": [1, 2], "a":"x y" }')
    assert kms.made(f"{kms.ALGORITHM}.message") == made


def test_another_region_may_be_named() -> None:
    assert "us-phoenix-1" == json.loads(signing.prepare(ORDER, KEY, PATH, region="us-phoenix-1"))["region"]


def test_metadata_has_to_be_json_and_the_whole_short_enough() -> None:
    with pytest.raises(UsageError) as caught:
        signing.prepare(ORDER, KEY, PATH, metadata="{")
    assert "signing.kms-metadata" == caught.value.code
    shortest = len(signing.prepare(ORDER, KEY, PATH))
    fitting = "x" * (limits.KMS_MESSAGE_BYTES - shortest)
    assert limits.KMS_MESSAGE_BYTES == len(signing.prepare(ORDER, KEY, PATH, fitting))
    with pytest.raises(UsageError) as caught:
        signing.prepare(ORDER, KEY, PATH, f"{fitting}x")
    assert "signing.kms-too-long" == caught.value.code


def test_what_is_kept_holds_the_very_bytes_that_were_signed() -> None:
    finished = signing.finished(ORDER, KEY, kms.made("go.message"), b"signature")
    kept = content.parse(finished.content)
    assert (kms.made("go.message"), b"signature") == (kept.message_bytes, kept.signature_bytes)
    assert (kms.KEY, kms.VERSION, kms.ALGORITHM) == (kept.key_id, kept.key_version_id, kept.signing_algorithm)
    assert ("kms", media_types.KMS_SIGNATURE, (), AT) == (
        finished.format,
        finished.media_type,
        finished.fingerprints,
        finished.signed_at,
    )


def test_a_manifest_carries_it_as_a_referrer() -> None:
    blob = manifests.describe(kms.content(b"x", b"y").encoded(), media_types.KMS_SIGNATURE)
    made = manifest.write(blob, IMAGE, AT)
    parsed = manifests.parse(made)
    assert media_types.KMS_SIGNATURE == parsed.kind
    assert parsed.subject is not None
    assert IMAGE.digest == parsed.subject.digest
    assert {manifest.CREATED: "2026-11-28T01:02:03Z"} == parsed.annotations
    assert blob.same_content(manifest.read(made, IMAGE))
    with pytest.raises(MalformedSignatureError) as caught:
        manifest.read(made, Descriptor(IMAGE.media_type, Digest.of(b"other"), 5))
    assert "parse.manifest-subject" == caught.value.code


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"artifactType": media_types.NOTARY_SIGNATURE}, "parse.manifest-kind"),
        ({"layers": []}, "parse.manifest-envelopes"),
        ({"schemaVersion": 1}, "parse.manifest-malformed"),
    ],
)
def test_another_manifest_carries_none(changed: dict[str, object], code: str) -> None:
    blob = manifests.describe(kms.content(b"x", b"y").encoded(), media_types.KMS_SIGNATURE)
    made = json.loads(manifest.write(blob, IMAGE, AT))
    with pytest.raises(MalformedSignatureError) as caught:
        manifest.read(json.dumps(made | changed).encode())
    assert code == caught.value.code


def test_what_is_carried_is_of_the_right_type_and_size() -> None:
    for media_type, size, code in (
        (media_types.NOTARY_JWS, 100, "parse.envelope-type-unknown"),
        (media_types.KMS_SIGNATURE, limits.KMS_SIGNATURE_BYTES + 1, "parse.envelope-too-large"),
    ):
        made = manifest.write(Descriptor(media_type, Digest.of(b"x"), size), IMAGE, AT)
        with pytest.raises(MalformedSignatureError) as caught:
            manifest.read(made)
        assert code == caught.value.code
