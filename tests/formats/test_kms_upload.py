"""What a registry looks at before it keeps a signature: each field, the key, the cryptography."""

import json

import msgspec
import pytest

from sealwright.formats.kms import upload
from sealwright.formats.kms.upload import Image, Problem, Upload
from world import kms

IMAGE = Image(kms.DIGEST, kms.REPOSITORY, "local-1")
PUBLIC = kms.made("rsa.pem")
MESSAGE = kms.message().encoded()
GOOD = Upload(kms.KEY, kms.VERSION, kms.ALGORITHM, MESSAGE, kms.signed(MESSAGE))


def signed(message: bytes, algorithm: str = kms.ALGORITHM) -> Upload:
    return Upload(kms.KEY, kms.VERSION, algorithm, message, kms.signed(message, algorithm))


def problem(one: Upload, image: Image = IMAGE, public: bytes = PUBLIC) -> Problem:
    found = upload.problem(one, image, public)
    assert found is not None
    assert str(found)
    return found


@pytest.mark.parametrize("hashed", [224, 256, 384, 512])
def test_a_signature_by_openssl_is_taken(hashed: int) -> None:
    name = f"SHA_{hashed}_RSA_PKCS_PSS"
    one = Upload(kms.KEY, kms.VERSION, name, kms.made(f"{name}.message"), kms.made(f"{name}.signature"))
    assert upload.problem(one, IMAGE, PUBLIC) is None
    assert upload.problem(one, IMAGE, kms.made("rsa.der")) is None


def test_a_signature_from_a_client_in_go_is_taken() -> None:
    one = Upload(kms.KEY, kms.VERSION, kms.ALGORITHM, kms.made("go.message"), kms.made("go.signature"))
    assert upload.problem(one, IMAGE, PUBLIC) is None


@pytest.mark.parametrize(
    "algorithm", ["SHA_256_RSA_PKCS1_V1_5", "ECDSA_SHA_256", "sha_256_rsa_pkcs_pss", "", "x" * 1000]
)
def test_images_are_signed_with_no_other_algorithm(algorithm: str) -> None:
    found = problem(msgspec.structs.replace(GOOD, signing_algorithm=algorithm))
    assert ("signingAlgorithm", "parse.kms-algorithm") == (found.field, found.code)


@pytest.mark.parametrize("content", [b"", b"{}", MESSAGE[:-1], b"sha256:" + b"0" * 64])
def test_a_message_has_to_be_one(content: bytes) -> None:
    found = problem(signed(content))
    assert ("message", "parse.kms-message-malformed") == (found.field, found.code)


def test_metadata_has_to_be_json() -> None:
    found = problem(signed(kms.message(metadata="buildnumber=8447").encoded()))
    assert ("message.metadata", "parse.kms-metadata-malformed") == (found.field, found.code)
    assert upload.problem(signed(kms.message(metadata="").encoded()), IMAGE, PUBLIC) is None


@pytest.mark.parametrize(
    ("field", "attribute", "other", "code"),
    [
        ("imageDigest", "image_digest", "sha256:" + "0" * 64, "artifact.kms-other-image"),
        ("kmsKeyId", "kms_key_id", kms.OTHER_KEY, "artifact.kms-other-field"),
        ("kmsKeyVersionId", "kms_key_version_id", kms.OTHER_VERSION, "artifact.kms-other-field"),
        ("region", "region", "us-phoenix-1", "identity.kms-other-region"),
        ("repositoryName", "repository_name", "project02/app", "identity.kms-other-repository"),
        ("repositoryName", "repository_name", f"ns/{kms.REPOSITORY}", "identity.kms-other-repository"),
        ("signingAlgorithm", "signing_algorithm", "SHA_512_RSA_PKCS_PSS", "artifact.kms-other-field"),
    ],
)
def test_a_field_that_is_not_that_of_request_and_image_is_named(
    field: str, attribute: str, other: str, code: str
) -> None:
    found = problem(signed(kms.message(**{attribute: other}).encoded()))
    assert (f"message.{field}", code) == (found.field, found.code)


def test_a_signature_of_another_image_repository_or_region_is_not_taken() -> None:
    for image, field in (
        (Image("sha256:" + "0" * 64, kms.REPOSITORY, "local-1"), "imageDigest"),
        (Image(kms.DIGEST, "project02/app", "local-1"), "repositoryName"),
        (Image(kms.DIGEST, kms.REPOSITORY, "us-ashburn-1"), "region"),
    ):
        assert f"message.{field}" == problem(GOOD, image).field


def test_a_signature_of_another_key_is_not_taken() -> None:
    assert "message.kmsKeyId" == problem(msgspec.structs.replace(GOOD, key_id=kms.OTHER_KEY)).field
    other = msgspec.structs.replace(GOOD, key_version_id=kms.OTHER_VERSION)
    assert "message.kmsKeyVersionId" == problem(other).field


@pytest.mark.parametrize("public", ["p256.pem", "README.md"])
def test_a_key_that_makes_no_such_signatures_is_refused(public: str) -> None:
    found = problem(GOOD, public=kms.made(public))
    assert ("kmsKeyId", "integrity.kms-key-kind") == (found.field, found.code)


def test_every_changed_byte_of_the_signature_is_noticed() -> None:
    for index in range(0, len(GOOD.signature), 16):
        changed = bytearray(GOOD.signature)
        changed[index] ^= 1
        found = problem(msgspec.structs.replace(GOOD, signature=bytes(changed)))
        assert ("signature", "integrity.signature-invalid") == (found.field, found.code)
    assert "signature" == problem(msgspec.structs.replace(GOOD, signature=b"")).field


def test_the_bytes_of_the_message_are_verified_not_what_they_mean() -> None:
    anew = json.dumps(json.loads(MESSAGE)).encode()
    assert anew != MESSAGE
    assert "signature" == problem(msgspec.structs.replace(GOOD, message=anew)).field


def test_what_another_message_was_signed_with_is_not_taken() -> None:
    swapped = msgspec.structs.replace(GOOD, signature=kms.made(f"{kms.ALGORITHM}.signature"))
    assert "signature" == problem(swapped).field
