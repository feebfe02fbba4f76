"""The service's own content as a repository: what workflows read of it is what clients would get."""

import json
from collections.abc import Iterator

import pytest

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.registry.local import LocalRepository
from sealwright.service.storage import Storage
from world import simple
from world.registry import Registry
from world.wire import Wire

BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
BLOB = b"some content"


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    folder = tmp_path_factory.mktemp("local")
    with Registry(folder) as registry:
        fill(Wire(registry.address))
    opened = Storage.open(Settings(folder=str(folder)))
    yield opened
    opened.close()


def fill(wire: Wire) -> None:
    """An image with two tags, two referrers, and a blob; and another repository."""
    digest = simple.push_image(wire, "a")
    simple.push_image(wire, "a", "v2")
    wire.push_blob("a", BLOB)
    wire.push_blob("b", b"of others")
    config = {"mediaType": media_types.EMPTY, "digest": Digest.of(b"{}"), "size": 2}
    subject = {"mediaType": media_types.IMAGE_MANIFEST, "digest": digest, "size": 300}
    for kind in (BUNDLE, "application/spdx+json"):
        members = {"artifactType": kind, "config": config, "layers": [], "subject": subject}
        content = json.dumps({"schemaVersion": 2, "mediaType": media_types.IMAGE_MANIFEST, **members})
        wire.push_manifest("a", Digest.of(content.encode()), members)


@pytest.fixture
def local(storage: Storage) -> LocalRepository:
    return LocalRepository(storage, "a", "registry.example")


def blob(content: bytes, **changes: object) -> Descriptor:
    members = {"media_type": "x", "digest": Digest.of(content), "size": len(content), **changes}
    return Descriptor(**members)  # type: ignore[arg-type]  # as the test has them


def test_tags_and_digests_are_resolved_and_manifests_read(local: LocalRepository) -> None:
    found = local.resolve("v1")
    assert found == local.resolve("v2") == local.resolve(found.digest)
    assert found.digest == Digest.of(local.manifest(found))
    assert ["v1", "v2"] == list(local.tags())
    assert "registry.example/a" == local.name


@pytest.mark.parametrize("selector", ["none", Digest.of(b"none")])
def test_what_is_not_there_is_unknown(local: LocalRepository, selector: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        local.resolve(selector)
    assert "registry.manifest-unknown" == caught.value.code
    for read in (local.manifest, lambda one: list(local.open_blob(one))):
        with pytest.raises(NotFoundError):
            read(blob(b"none"))


def test_blobs_are_read_if_the_repository_shows_them(local: LocalRepository) -> None:
    assert [BLOB] == list(local.open_blob(blob(BLOB)))
    with pytest.raises(NotFoundError):
        list(local.open_blob(blob(b"of others")))
    assert [True, True, False] == [
        local.has(one) for one in (blob(BLOB), local.resolve("v1"), blob(b"of others"))
    ]


@pytest.mark.parametrize("size", [len(BLOB) - 1, len(BLOB) + 1])
def test_what_has_another_size_is_refused(local: LocalRepository, size: int) -> None:
    with pytest.raises(MalformedContentError) as caught:
        list(local.open_blob(blob(BLOB, size=size)))
    assert "artifact.size-mismatch" == caught.value.code


def test_no_blob_larger_than_an_envelope_is_read(local: LocalRepository) -> None:
    with pytest.raises(MalformedContentError) as caught:
        list(local.open_blob(blob(BLOB, size=limits.ENVELOPE_BYTES + 1)))
    assert "artifact.too-large" == caught.value.code


def test_a_blob_whose_file_is_gone_or_changed_is_told(storage: Storage, local: LocalRepository) -> None:
    content = b"kept for a while"
    digest = Digest.of(content)
    with storage.database.write() as transaction:
        transaction.run("INSERT INTO blobs (digest, size, created) VALUES (:digest, 16, 0)", digest=digest)
        transaction.run(
            "INSERT INTO repository_blobs (repository, digest, created) "
            "SELECT id, :digest, 0 FROM repositories WHERE name = 'a'",
            digest=digest,
        )
    with pytest.raises(NotFoundError):
        list(local.open_blob(blob(content)))
    storage.blobs.put(digest, iter((content,)))
    assert [content] == list(local.open_blob(blob(content)))


def test_referrers_are_listed_by_kind(local: LocalRepository) -> None:
    subject = local.resolve("v1")
    assert {BUNDLE, "application/spdx+json"} == {one.artifact_type for one in local.referrers(subject)}
    (one,) = local.referrers(subject, BUNDLE)
    assert (BUNDLE, media_types.IMAGE_MANIFEST) == (one.artifact_type, one.media_type)
    assert [] == list(local.referrers(blob(b"none")))
