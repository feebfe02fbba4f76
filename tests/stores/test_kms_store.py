"""Signatures by keys of a vault in registries that lie: what is told of each, and where new ones go."""

import json
from datetime import UTC, datetime

import pytest

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import RegistryError
from sealwright.formats.orders import Finished
from sealwright.reference import Reference
from sealwright.repositories.registry import RegistryClient
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable
from sealwright.stores.kms import KmsStore
from sealwright.transport.client import Transport
from world import kms
from world.hostile_registry import HostileRegistry, Reply

OFFER = {"X-Registry-Supports-Signatures": "1"}
IMAGE = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"image"), 5)
CONTENT = kms.content(b"message", b"signature").encoded()
AT = datetime(2026, 11, 28, tzinfo=UTC)
FINISHED = Finished("kms", media_types.KMS_SIGNATURE, CONTENT, (), AT)
IMAGES = "GET /api/v1/images"
UPLOAD = f"POST /api/v1/images/{IMAGE.digest}/signatures"
REFERRERS = f"GET /v2/ns/app/referrers/{IMAGE.digest}"
EMPTY_INDEX = json.dumps({"schemaVersion": 2, "manifests": []}).encode()


def about(hostile: HostileRegistry) -> Subject:
    return Subject(IMAGE, "docker", Reference.parse(f"{hostile.address}/ns/app:v1"))


@pytest.fixture
def store(hostile: HostileRegistry, transport: Transport) -> KmsStore:
    hostile.on("GET /v2/", Reply(200, b"{}", OFFER))
    hostile.on(REFERRERS, Reply(200, EMPTY_INDEX, OFFER | {"Content-Type": media_types.IMAGE_INDEX}))
    return KmsStore(RegistryClient(transport).repository(hostile.address, "ns/app", write=True))


def shown(**changed: object) -> dict[str, object]:
    return {
        "id": "6f9c",
        "repository": "ns/app",
        "subject": str(IMAGE.digest),
        "format": "kms",
        "kind": "kms",
        "type": "",
        "mediaType": media_types.KMS_SIGNATURE,
        "digest": str(Digest.of(CONTENT)),
        "receivedAt": "2026-11-28T00:00:00Z",
        **changed,
    }


def images(*signatures: object) -> Reply:
    image = {
        "repository": "ns/app",
        "digest": str(IMAGE.digest),
        "mediaType": IMAGE.media_type,
        "size": 5,
        "tags": [],
        "signatures": signatures,
    }
    return Reply(200, json.dumps(image).encode(), OFFER)


def refusal(status: int, reason: str) -> Reply:
    error = {"code": "X", "message": "no", "detail": {"reason": reason}}
    return Reply(status, json.dumps({"errors": [error]}).encode(), OFFER)


def listed(store: KmsStore, hostile: HostileRegistry) -> list[Listed | Unreadable]:
    return list(store.listed(about(hostile)))


def test_what_the_service_keeps_is_listed_and_fetched(store: KmsStore, hostile: HostileRegistry) -> None:
    carried = shown(id="7", mediaType=media_types.IMAGE_MANIFEST, digest=str(Digest.of(b"m")))
    hostile.on(IMAGES, images(shown(), carried, shown(id="8", format="notary", mediaType="x")))
    hostile.on("GET /api/v1/signatures/6f9c/content", Reply(200, CONTENT))
    (one,) = listed(store, hostile)
    assert isinstance(one, Listed)
    assert ("kms", Digest.of(CONTENT)) == (one.format, one.location)
    expected = StoredSignature("kms", one.location, media_types.KMS_SIGNATURE, CONTENT)
    assert expected == store.fetch(about(hostile), one)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(200, b"other bytes"), "artifact.digest-mismatch"),
        (Reply(200, b""), "artifact.digest-mismatch"),
        (Reply(404), "registry.service-absent"),
        (refusal(404, "service.signature-withdrawn"), "registry.service-refused"),
        (Reply(200, endless=b"x" * 65536), "network.answer-too-large"),
    ],
)
def test_content_that_is_not_the_listed_one_is_told(
    store: KmsStore, hostile: HostileRegistry, reply: Reply, code: str
) -> None:
    hostile.on(IMAGES, images(shown()))
    hostile.on("GET /api/v1/signatures/6f9c/content", reply)
    (one,) = listed(store, hostile)
    assert isinstance(one, Listed)
    found = store.fetch(about(hostile), one)
    assert isinstance(found, Unreadable)
    assert code == found.reason


def test_a_registry_that_is_no_service_of_ours_has_none(store: KmsStore, hostile: HostileRegistry) -> None:
    for reply in (Reply(404, b"not found"), Reply(200, b"<html>"), Reply(200, b"[]"), Reply(200, b'{"a":1}')):
        hostile.on(IMAGES, reply)
        assert [] == listed(store, hostile)


def test_a_registry_without_the_extension_is_not_asked(
    hostile: HostileRegistry, transport: Transport
) -> None:
    hostile.on("GET /v2/", Reply(200, b"{}"))
    hostile.on(REFERRERS, Reply(200, EMPTY_INDEX, {"Content-Type": media_types.IMAGE_INDEX}))
    store = KmsStore(RegistryClient(transport).repository(hostile.address, "ns/app"))
    assert [] == listed(store, hostile)
    assert not [line for line in hostile.lines if "/api/" in line]


@pytest.mark.parametrize(
    ("reply", "retryable"),
    [
        (refusal(403, "service.right-missing"), True),
        (refusal(404, "service.manifest-unknown"), False),
        (refusal(503, "service.storage-failed"), True),
        (Reply(drop=True), True),
    ],
)
def test_a_service_that_does_not_answer_is_reported_and_stops_nothing(
    store: KmsStore, hostile: HostileRegistry, reply: Reply, *, retryable: bool
) -> None:
    hostile.on(IMAGES, reply)
    (one,) = listed(store, hostile)
    assert isinstance(one, Unreadable)
    assert retryable == one.retryable
    assert any("referrers" in line for line in hostile.lines)


def test_a_digest_that_is_none_is_reported(store: KmsStore, hostile: HostileRegistry) -> None:
    hostile.on(IMAGES, images(shown(digest="sha256:../../x"), shown()))
    bad, good = listed(store, hostile)
    assert isinstance(bad, Unreadable)
    assert "reference.digest-malformed" == bad.reason
    assert isinstance(good, Listed)


def test_a_new_signature_goes_to_the_service(store: KmsStore, hostile: HostileRegistry) -> None:
    hostile.on(IMAGES, images())
    hostile.on(UPLOAD, Reply(201, json.dumps(shown()).encode(), OFFER))
    assert Digest.of(CONTENT) == store.add(about(hostile), FINISHED)
    (sent,) = [seen for seen in hostile.seen if seen.line == UPLOAD]
    expected = {"repository": "ns/app", "format": "kms", "content": json.loads(CONTENT)}
    assert expected == json.loads(sent.body)


def pushes(hostile: HostileRegistry) -> None:
    """Take whatever is pushed."""
    hostile.on_match(r"HEAD /v2/ns/app/blobs/.*", Reply(200))
    answer = {"OCI-Subject": str(IMAGE.digest), **OFFER}
    hostile.on_match(r"PUT /v2/ns/app/manifests/.*", Reply(201, headers=answer))


@pytest.mark.parametrize("reason", ["kms.key-foreign", "kms.upload-unfit", "kms.key-unusable"])
def test_what_the_service_does_not_take_becomes_a_referrer(
    store: KmsStore, hostile: HostileRegistry, reason: str
) -> None:
    hostile.on(IMAGES, images())
    hostile.on(UPLOAD, refusal(400, reason))
    pushes(hostile)
    location = store.add(about(hostile), FINISHED)
    assert any(line == f"PUT /v2/ns/app/manifests/{location}" for line in hostile.lines)


def test_what_is_wrong_with_the_service_is_raised(store: KmsStore, hostile: HostileRegistry) -> None:
    hostile.on(IMAGES, images())
    hostile.on(UPLOAD, refusal(507, "service.quota-exceeded"))
    with pytest.raises(RegistryError) as caught:
        store.add(about(hostile), FINISHED)
    assert "service.quota-exceeded" == caught.value.data["reason"]
    assert not [line for line in hostile.lines if line.startswith("PUT")]


def test_a_stored_form_that_is_too_long_is_read_and_refused_by_its_reader(
    store: KmsStore, hostile: HostileRegistry
) -> None:
    long = b"{" * (limits.KMS_SIGNATURE_BYTES + 1)
    hostile.on(IMAGES, images(shown(digest=str(Digest.of(long)))))
    hostile.on("GET /api/v1/signatures/6f9c/content", Reply(200, long))
    (one,) = listed(store, hostile)
    assert isinstance(one, Listed)
    assert isinstance(store.fetch(about(hostile), one), StoredSignature)
