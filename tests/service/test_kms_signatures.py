"""Signatures by keys of the service's vaults: brought, checked, listed, verified by the vault, revoked."""

import json
from contextlib import closing
from typing import Any

import msgspec
import pytest

from sealwright import limits
from sealwright.digest import Digest
from sealwright.formats.kms.content import Content
from sealwright.media_types import KMS_SIGNATURE
from sealwright.service.signatures.actions import changing
from sealwright.service.signatures.records import Claims, New
from world import kms, simple
from world.accounts import database
from world.kms_service import KmsService
from world.registry import Registry
from world.wire import Answer, Wire


@pytest.fixture(scope="module")
def service(registry: Registry) -> KmsService:
    return KmsService(Wire(registry.address))


@pytest.fixture(scope="module")
def other(service: KmsService) -> Any:
    """Another key of the same vault."""
    return service.vaults.key(service.vault, "other", "RSA", 2048)


@pytest.fixture
def image(service: KmsService, name: str) -> Digest:
    return service.push(f"ns/{name}")


def attached(service: KmsService, repository: str, digest: str) -> list[Any]:
    told = service.wire.ask("GET", f"/api/v1/images?repository={repository}&reference={digest}")
    found: list[Any] = told.json["signatures"]
    return found


def reason(answer: Answer) -> str:
    told = answer.json["errors"][0]["detail"]
    return f"{told['rule']} {told['field']}" if "rule" in told else str(told["reason"])


def verified(service: KmsService, signature: str) -> tuple[str, str]:
    answer = service.wire.ask("POST", f"/api/v1/signatures/{signature}/actions/verify")
    assert 200 == answer.status, answer
    assert answer.json["time"].endswith("Z")
    latest = service.wire.ask("GET", f"/api/v1/signatures/{signature}").json["verification"]["latest"]
    assert (answer.json["result"], answer.json["reason"]) == (latest["result"], latest["reason"])
    assert ("service", answer.json["number"]) == (latest["maker"], latest["number"])
    return answer.json["result"], answer.json["reason"]


def test_a_signature_is_kept_as_it_was_brought(service: KmsService, name: str, image: Digest) -> None:
    repository = f"ns/{name}"
    content = service.signed(service.message(repository, image).encoded())
    answer = service.bring(repository, image, content)
    assert 201 == answer.status, answer
    (found,) = attached(service, repository, image)
    assert answer.json == found
    assert f"/api/v1/signatures/{found['id']}" == answer.headers["location"]
    assert ("kms", "api", "attached", service.key["id"], name) == (
        found["format"],
        found["via"],
        found["status"],
        found["claimed"]["signer"],
        found["claimed"]["reference"],
    )
    kept = service.wire.ask("GET", f"/api/v1/signatures/{found['id']}/content")
    assert content.encoded() == kept.body
    assert found["digest"] == Digest.of(kept.body)


def test_the_very_same_signature_is_kept_once(service: KmsService, name: str, image: Digest) -> None:
    repository = f"ns/{name}"
    content = service.signed(service.message(repository, image).encoded())
    first, second = (service.bring(repository, image, content).json for _ in range(2))
    assert first["id"] == second["id"]
    assert 1 == len(attached(service, repository, image))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"image_digest": "sha256:" + "0" * 64}, "artifact.kms-other-image message.imageDigest"),
        ({"kms_key_id": kms.KEY}, "artifact.kms-other-field message.kmsKeyId"),
        ({"kms_key_version_id": kms.VERSION}, "artifact.kms-other-field message.kmsKeyVersionId"),
        ({"region": "us-phoenix-1"}, "identity.kms-other-region message.region"),
        ({"repository_name": "other"}, "identity.kms-other-repository message.repositoryName"),
        (
            {"signing_algorithm": "SHA_512_RSA_PKCS_PSS"},
            "artifact.kms-other-field message.signingAlgorithm",
        ),
        ({"metadata": "no JSON"}, "parse.kms-metadata-malformed message.metadata"),
    ],
)
def test_a_message_about_something_else_is_refused_by_its_field(
    service: KmsService, name: str, image: Digest, changed: dict[str, str], expected: str
) -> None:
    repository = f"ns/{name}"
    content = service.signed(service.message(repository, image, **changed).encoded())
    answer = service.bring(repository, image, content)
    assert (400, expected) == (answer.status, reason(answer))
    assert [] == attached(service, repository, image)


def test_what_does_not_fit_together_is_refused(
    service: KmsService, other: Any, name: str, image: Digest
) -> None:
    repository = f"ns/{name}"
    good = service.signed(service.message(repository, image).encoded())
    another = service.signed(service.message(repository, image, description="another").encoded())
    swapped = msgspec.structs.replace(good, signature=another.signature)
    answer = service.bring(repository, image, swapped)
    assert "integrity.signature-invalid signature" == reason(answer)
    by_other = service.signed(service.message(repository, image).encoded(), other)
    pretending = msgspec.structs.replace(good, signature=by_other.signature)
    assert "integrity.signature-invalid signature" == reason(service.bring(repository, image, pretending))
    assert "artifact.kms-other-field message.kmsKeyId" == reason(service.bring(repository, image, by_other))
    pkcs1 = service.signed(service.message(repository, image).encoded(), algorithm="SHA_256_RSA_PKCS1_V1_5")
    assert "parse.kms-algorithm signingAlgorithm" == reason(service.bring(repository, image, pkcs1))
    assert [] == attached(service, repository, image)


def test_a_signature_is_of_one_image_in_one_repository(service: KmsService, name: str, image: Digest) -> None:
    repository = f"ns/{name}"
    content = service.signed(service.message(repository, image).encoded())
    twin = service.push(repository, "v2")
    elsewhere = service.push("ns/elsewhere")
    assert "artifact.kms-other-image message.imageDigest" == reason(service.bring(repository, twin, content))
    assert 400 == service.bring("ns/elsewhere", elsewhere, content).status
    missing = service.bring(repository, Digest.of(b"no such image"), content)
    assert 400 == missing.status
    gone = Digest.of(b"gone")
    about_gone = service.signed(service.message(repository, gone).encoded())
    assert (404, "service.manifest-unknown") == (
        (answer := service.bring(repository, gone, about_gone)).status,
        reason(answer),
    )


def test_only_keys_of_the_service_in_use_are_taken(service: KmsService, name: str, image: Digest) -> None:
    repository = f"ns/{name}"
    foreign = kms.content(kms.message(image_digest=str(image), repository_name=name).encoded())
    answer = service.bring(repository, image, foreign)
    assert (404, "kms.key-foreign") == (answer.status, reason(answer))
    key = service.vaults.key(service.vault, "resting", "RSA", 2048)
    content = service.signed(service.message(repository, image, key).encoded(), key)
    unknown = msgspec.structs.replace(content, key_version_id=kms.VERSION)
    assert "kms.key-foreign" == reason(service.bring(repository, image, unknown))
    service.vaults.told("POST", f"keys/{key['id']}/actions/disable")
    answer = service.bring(repository, image, content)
    assert (409, "kms.key-unusable") == (answer.status, reason(answer))
    service.vaults.told("POST", f"keys/{key['id']}/actions/enable")
    assert 201 == service.bring(repository, image, content).status
    assert ("verified", "") == verified(service, attached(service, repository, image)[0]["id"])
    service.vaults.told("POST", f"keys/{key['id']}/actions/disable")
    (found,) = attached(service, repository, image)
    assert ("failed", "authenticity.kms-key-state") == verified(service, found["id"])
    assert "unverified" == attached(service, repository, image)[0]["verification"]["status"]


def test_a_vault_verifies_what_it_signed(service: KmsService, name: str, image: Digest) -> None:
    repository = f"ns/{name}"
    made = service.sign(repository, image)
    assert ("verified", "") == verified(service, made["id"])
    records = service.wire.ask("GET", f"/api/v1/signatures/{made['id']}/verifications").json
    (record,) = records["verifications"]
    assert ("vault", service.key["id"]) == (record["policy"]["language"], record["key"])
    whole = service.wire.ask("GET", f"/api/v1/signatures/{made['id']}/verifications/1").json
    assert "accepted" == whole["verdict"]["decision"]


def test_what_was_only_referred_to_is_verified_too(service: KmsService, name: str, image: Digest) -> None:
    repository = f"ns/{name}"
    good = service.signed(service.message(repository, image).encoded())
    replayed = service.signed(service.message("ns/other", image).encoded())
    for content, expected in (
        (good.encoded(), ("verified", "")),
        (replayed.encoded(), ("failed", "identity.kms-other-repository")),
        (b"{}", ("failed", "kms.content-malformed")),
    ):
        manifest = service.refer(repository, image, content)
        (found,) = [one for one in attached(service, repository, image) if one["digest"] == manifest]
        assert ("kms", "referrers") == (found["format"], found["via"])
        assert expected == verified(service, found["id"])


def test_a_signature_that_was_revoked_is_verified_no_more(
    service: KmsService, name: str, image: Digest
) -> None:
    repository = f"ns/{name}"
    made = service.sign(repository, image)
    answer = service.wire.ask("DELETE", f"/api/v1/signatures/{made['id']}?reason=mistake")
    assert "revoked" == answer.json["status"], answer
    assert [] == attached(service, repository, image)
    refused = service.wire.ask("POST", f"/api/v1/signatures/{made['id']}/actions/verify")
    assert (409, "service.signature-revoked") == (refused.status, reason(refused))


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"keyId": 1},
        json.loads(kms.content(b"x", b"y").encoded()) | {"message": "no base64"},
        json.loads(kms.content(b"x", b"y").encoded()) | {"more": 1},
    ],
)
def test_what_is_no_signature_is_refused(
    service: KmsService, name: str, image: Digest, content: dict[str, object]
) -> None:
    answer = service.bring(f"ns/{name}", image, content)
    assert (400, "kms.upload-malformed") == (answer.status, reason(answer))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"repository":"a","repository":"b"}', b"{" * 100])
def test_what_is_no_order_is_refused(service: KmsService, image: Digest, body: bytes) -> None:
    told = {"Content-Type": "application/json"}
    answer = service.wire.ask("POST", f"/api/v1/images/{image}/signatures", body, told)
    assert (400, "kms.upload-malformed") == (answer.status, reason(answer))


def test_another_format_is_not_taken_here(service: KmsService, image: Digest) -> None:
    order = {"repository": "ns/a", "format": "notary", "content": json.loads(_any().encoded())}
    told = {"Content-Type": "application/json"}
    path = f"/api/v1/images/{image}/signatures"
    answer = service.wire.ask("POST", path, json.dumps(order).encode(), told)
    assert "kms.upload-malformed" == reason(answer)
    assert 405 == service.wire.ask("GET", path).status


def test_a_body_that_is_too_long_is_not_read(service: KmsService, image: Digest) -> None:
    told = {"Content-Type": "application/json"}
    answer = service.wire.ask("POST", f"/api/v1/images/{image}/signatures", b" " * 100_000, told)
    assert 413 == answer.status


def test_only_signatures_by_vaults_are_verified_by_vaults(
    service: KmsService, name: str, image: Digest
) -> None:
    repository = f"ns/{name}"
    assert 201 == simple.attach(service.wire, repository, image, simple.signed(image)).status
    (found,) = attached(service, repository, image)
    answer = service.wire.ask("POST", f"/api/v1/signatures/{found['id']}/actions/verify")
    assert (400, "service.verification-invalid") == (answer.status, reason(answer))


def _any() -> Content:
    return kms.content(b"x", b"y")


def test_an_image_has_only_so_many(service: KmsService, registry: Registry, name: str, image: Digest) -> None:
    repository = f"ns/{name}"
    contents = [
        kms.content(str(number).encode(), b"").encoded() for number in range(limits.KMS_SIGNATURES - 1)
    ]
    with closing(database(registry.folder)) as beside, beside.write() as transaction:
        for content in contents:
            digest, claims = Digest.of(content), Claims("kms")
            new = New(image, "kms", "", KMS_SIGNATURE, digest, len(content), "api", claims, content)
            assert changing.attach(transaction, repository, new, "somebody")
    service.sign(repository, image)
    more = service.signed(service.message(repository, image, description="one more").encoded())
    answer = service.bring(repository, image, more)
    assert (413, "kms.signatures-too-many") == (answer.status, reason(answer))
