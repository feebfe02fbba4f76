"""A verification by digest lists the signatures while the registry still looks for the image."""

import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.notary import manifest as signature_manifest
from sealwright.signature import Listed, Subject
from sealwright.stores.referrers import ReferrerStore
from sealwright.workflow import warming
from sealwright.workflow.context import Place
from sealwright.workflow.early import EarlyFetch, EarlyListing, fetching
from world import notary, pki
from world.home import Home, statement
from world.hostile_registry import HostileRegistry, Reply, Seen
from world.images import repository_at

PATH = "net-monitor"


class Scene(NamedTuple):
    """A registry that holds one signed image, and the user who trusts its signer."""

    registry: HostileRegistry
    home: Home
    image: Descriptor

    @property
    def by_digest(self) -> str:
        return f"{self.registry.address}/{PATH}@{self.image.digest}"

    @property
    def by_tag(self) -> str:
        return f"{self.registry.address}/{PATH}:v1"

    @property
    def kinds(self) -> list[str]:
        """What was asked: HEAD, referrers, manifests, blobs."""
        return ["HEAD" if seen.method == "HEAD" else seen.target.split("/")[3] for seen in self.registry.seen]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    chain = pki.chain("ec256")
    home = Home(tmp_path / "user")
    home.trust("acme", chain.root)
    home.policy(statement())
    with HostileRegistry() as registry:
        image = registry.hold(PATH, notary.CONTENT, media_types.IMAGE_MANIFEST, "v1")
        hold_signature(registry, image, chain)
        yield Scene(registry, home, image)


def hold_signature(registry: HostileRegistry, image: Descriptor, chain: pki.Chain) -> None:
    envelope = registry.hold_blob(PATH, notary.signed(chain, payload=image))
    envelope = Descriptor(media_types.NOTARY_JWS, envelope.digest, envelope.size)
    fingerprints = tuple(hashlib.sha256(der).hexdigest() for der in chain.certificates)
    content = signature_manifest.write(envelope, image, fingerprints, pki.NOW, "artifact")
    held = registry.hold(PATH, content, media_types.IMAGE_MANIFEST)
    entry = {
        "mediaType": held.media_type,
        "digest": held.digest,
        "size": held.size,
        "artifactType": media_types.NOTARY_SIGNATURE,
        "annotations": json.loads(content)["annotations"],
    }
    index = {"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX, "manifests": [entry]}
    answer = Reply(200, json.dumps(index).encode(), {"Content-Type": media_types.IMAGE_INDEX})
    registry.on(f"GET /v2/{PATH}/referrers/{image.digest}", answer)


def verify(scene: Scene, *images: str) -> int:
    return scene.home.seal("verify", "--plain-http", "--retries", "0", *images).status


def hold_back(scene: Scene, until: str, what: str) -> threading.Event:
    """Let the registry answer requests of the method `what` only after one for `until` has come."""
    came = threading.Event()

    def gate(seen: Seen) -> Reply | None:
        if f"/{until}/" in seen.target:
            came.set()
        elif seen.method == what and not came.wait(10):
            return Reply(500)
        return None

    scene.registry.gate = gate
    return came


def test_by_digest_the_signatures_are_listed_before_the_image_is_resolved(scene: Scene) -> None:
    hold_back(scene, "referrers", "HEAD")
    assert 0 == verify(scene, scene.by_digest)
    assert ["HEAD", "blobs", "manifests", "referrers"] == sorted(scene.kinds)


def test_the_same_for_notation(scene: Scene) -> None:
    hold_back(scene, "referrers", "HEAD")
    done = scene.home.seal_alone("notation", "verify", "--insecure-registry", scene.by_digest)
    assert 0 == done.status, done
    assert ["HEAD", "blobs", "manifests", "referrers"] == sorted(scene.kinds)


def test_by_tag_everything_is_asked_in_turn(scene: Scene) -> None:
    assert 0 == verify(scene, scene.by_tag)
    assert ["HEAD", "referrers", "manifests", "blobs"] == scene.kinds


def test_of_several_images_none_is_listed_beforehand(scene: Scene) -> None:
    assert 0 == verify(scene, scene.by_digest, f"{scene.registry.address}/{PATH}:v1")
    assert "HEAD" == scene.kinds[0]
    assert scene.kinds.index("referrers") > scene.kinds.index("HEAD")
    assert 1 == scene.kinds.count("referrers")


def test_nothing_is_listed_where_no_signature_is_asked_for(scene: Scene) -> None:
    scene.home.policy(statement(scopes=(f"{scene.registry.address}/{PATH}",), level="skip"))
    assert 1 == verify(scene, scene.by_digest)  # allowed, not verified
    assert ["HEAD"] == scene.kinds


def test_nothing_is_listed_where_no_statement_is_about_the_image(scene: Scene) -> None:
    scene.home.policy(statement(scopes=("registry.example/other",)))
    assert 1 == verify(scene, scene.by_digest)
    assert ["HEAD"] == scene.kinds


def test_a_listing_that_fails_fails_the_verification_as_it_would_later(scene: Scene) -> None:
    scene.registry.on(f"GET /v2/{PATH}/referrers/{scene.image.digest}", Reply(403))
    early, late = verify(scene, scene.by_digest), verify(scene, scene.by_tag)
    assert (4, 4) == (early, late)


def test_an_image_that_is_not_there_is_not_there_whatever_is_listed(scene: Scene) -> None:
    scene.registry.on(f"HEAD /v2/{PATH}/manifests/{scene.image.digest}", Reply(404))
    scene.registry.on(f"GET /v2/{PATH}/manifests/{scene.image.digest}", Reply(404))
    hold_back(scene, "referrers", "HEAD")
    done = scene.home.seal("verify", "--plain-http", "--retries", "0", scene.by_digest)
    assert 3 == done.status
    assert "registry.manifest-unknown" in done.err


def test_a_listing_of_another_digest_is_not_used(scene: Scene) -> None:
    other = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"another"), 7)
    empty = {"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX, "manifests": []}
    scene.registry.on(f"GET /v2/{PATH}/referrers/{other.digest}", Reply(200, json.dumps(empty).encode()))
    with repository_at(f"{scene.registry.address}/{PATH}") as repository:
        place = Place(repository, "docker", PATH, "v1", "v1")
        early = EarlyListing(place, Subject(other, "docker", PATH))
        (found,) = early.listed(Subject(scene.image, "docker", PATH))
        assert isinstance(found, Listed)
        assert [] == [*early.listed(Subject(other, "docker", PATH))]
        assert {f"/v2/{PATH}/referrers/{one.digest}" for one in (scene.image, other)} == {
            seen.path for seen in scene.registry.seen
        }


def test_a_download_that_was_begun_is_the_one_that_is_had(scene: Scene) -> None:
    with repository_at(f"{scene.registry.address}/{PATH}") as repository:
        store = ReferrerStore(repository)
        subject = Subject(scene.image, "docker", PATH)
        (listed,) = store.listed(subject)
        assert isinstance(listed, Listed)
        early = EarlyFetch(store, subject, listed)
        found = early.fetch(subject, listed)
        assert ["blobs", "manifests", "referrers"] == sorted(scene.kinds)
        assert [listed] == [*early.listed(subject)]
        again = replace(listed, notes={})  # listed by somebody else
        assert replace(found, notes={}) == early.fetch(subject, again)
        assert 2 == scene.kinds.count("blobs")


def test_nothing_is_downloaded_beforehand_where_nothing_is_being_loaded(scene: Scene) -> None:
    with repository_at(f"{scene.registry.address}/{PATH}") as repository:
        store = ReferrerStore(repository)
        subject = Subject(scene.image, "docker", PATH)
        warming.wait()
        assert store is fetching(store, subject, tuple(store.listed(subject)), 100)
        assert ["referrers"] == scene.kinds
