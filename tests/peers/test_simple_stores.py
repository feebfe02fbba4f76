"""Signature stores shared with real clients: they write and we read, we write and they read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.container_clients import PLAIN, Clients
from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.interfaces import SignatureStore
from sealwright.repositories.dir_image import DirImage
from sealwright.repositories.layout import open_directory
from sealwright.repositories.registry import RegistryClient
from sealwright.signature import Listed, Subject
from sealwright.stores.directory import DirectoryStore
from sealwright.stores.extension import ExtensionStore
from sealwright.stores.lookaside import LookasideStore
from sealwright.stores.simple import SimpleStore
from sealwright.transport.client import Transport
from world.content import index_of, put_image
from world.registry import DebianRegistry, Registry
from world.simple_stores import contents, finished

pytestmark = pytest.mark.peer("skopeo", "gpg")


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[Clients]:
    """Clients of a registry without the extension, with a signature store beside it."""
    with DebianRegistry(tmp_path / "debian") as registry:
        made = Clients(tmp_path, registry.address)
        base = (tmp_path / "store").as_uri()
        settings = {"docker": {registry.address: {"lookaside-staging": base, "lookaside": base}}}
        (made.registries / "store.yaml").write_text(json.dumps(settings))
        yield made
        made.close()


def lookaside(clients: Clients, path: str = "ns/app") -> LookasideStore:
    base = (clients.folder / "store").as_uri()
    return LookasideStore(clients.address, path, reads=base, writes=base, transport=Transport)


def subject(clients: Clients, tag: str = "v1") -> Subject:
    descriptor = RegistryClient(Transport(environment={})).repository(clients.address, "ns/app").resolve(tag)
    return Subject(descriptor, "docker", f"{clients.address}/ns/app")


def signed(clients: Clients, signer: str, digest: Digest, reference: str) -> bytes:
    """What gpg makes of a payload for that image."""
    critical = {
        "identity": {"docker-reference": reference},
        "image": {"docker-manifest-digest": str(digest)},
        "type": "atomic container signature",
    }
    document, output = clients.folder / "payload.json", clients.folder / f"{signer}.signature"
    document.write_text(json.dumps({"critical": critical, "optional": {}}))
    clients.run(
        "gpg", "--batch", "--yes", "-u", f"{signer}@example.com", "--output", output, "--sign", document
    )
    return output.read_bytes()


@pytest.mark.peer("docker-registry")
def test_a_store_that_skopeo_writes_is_read(clients: Clients) -> None:
    image = f"{clients.address}/ns/app:v1"
    clients.push(image, signer="alice")
    about = subject(clients)
    (listed,) = lookaside(clients).listed(about)
    assert isinstance(listed, Listed)
    assert Path(listed.location).is_relative_to(clients.folder / "store" / "ns")
    assert [Path(listed.location).read_bytes()] == contents(lookaside(clients), about)
    clients.push(image, signer="bob", source=f"docker://{image}")
    assert 2 == len(contents(lookaside(clients), about))


@pytest.mark.peer("docker-registry")
def test_skopeo_accepts_what_is_written_into_its_store(clients: Clients) -> None:
    image = f"{clients.address}/ns/app:v1"
    clients.push(image)
    about = subject(clients)
    clients.pull(image, "alice", fails="A signature was required, but no signature exists")
    for signer in ("bob", "alice"):
        content = signed(clients, signer, about.descriptor.digest, image)
        assert content == Path(lookaside(clients).add(about, finished(content))).read_bytes()
        clients.pull(image, signer)
    clients.push(image)
    clients.pull(image, "alice")


@pytest.mark.peer("docker-registry")
def test_a_second_tag_signed_by_us_does_not_take_the_first_ones_signature(clients: Clients) -> None:
    for tag in ("v1", "v2"):
        clients.push(f"{clients.address}/ns/app:{tag}")
    about = subject(clients)
    for tag in ("v1", "v2"):
        content = signed(clients, "alice", about.descriptor.digest, f"{clients.address}/ns/app:{tag}")
        lookaside(clients).add(about, finished(content))
    for tag in ("v1", "v2"):
        clients.pull(f"{clients.address}/ns/app:{tag}", "alice")


@pytest.mark.peer("docker-registry", "podman")
def test_what_podman_image_sign_appends_is_read(clients: Clients) -> None:
    image = f"{clients.address}/ns/app:v1"
    clients.push(image)
    about = subject(clients)
    ours = signed(clients, "bob", about.descriptor.digest, image)
    lookaside(clients).add(about, finished(ours))
    clients.podman(
        "image",
        *("sign", "--sign-by", "alice@example.com", "--directory", clients.folder / "store"),
        f"docker://{image}",
    )
    found = contents(lookaside(clients), about)
    assert 2 == len(found)
    assert ours == found[0]
    for signer in ("alice", "bob"):
        clients.pull(image, signer)


@pytest.fixture
def extension(tmp_path: Path) -> Iterator[Clients]:
    """Clients of our service, which has the extension."""
    with Registry(tmp_path / "registry") as registry:
        made = Clients(tmp_path, registry.address)
        yield made
        made.close()


def in_registry(clients: Clients) -> SignatureStore:
    client = RegistryClient(Transport(environment={}))
    repository = client.repository(clients.address, "ns/app", write=True)
    return SimpleStore(repository.signatures, lambda: pytest.fail("the registry has the extension"))


def test_the_extension_is_shared_with_skopeo_both_ways_and_by_two_signers(extension: Clients) -> None:
    image = f"{extension.address}/ns/app:v1"
    extension.push(image, signer="alice")
    about = subject(extension)
    (theirs,) = contents(in_registry(extension), about)
    ours = signed(extension, "bob", about.descriptor.digest, image)
    name = in_registry(extension).add(about, finished(ours))
    assert name.startswith(f"{about.descriptor.digest}@")
    assert [theirs, ours] == contents(in_registry(extension), about)
    for signer in ("alice", "bob"):
        extension.pull(image, signer)
    extension.push(image.replace(":v1", ":v2"), signer="alice", source=f"docker://{image}")
    assert 3 == len(contents(in_registry(extension), about))
    assert isinstance(in_registry(extension)._store(), ExtensionStore)  # type: ignore[attr-defined]  # inside


def test_the_folder_of_an_image_of_several_platforms_is_shared_with_skopeo(
    clients: Clients, tmp_path: Path
) -> None:
    with open_directory(str(tmp_path / "oci"), write=True) as layout:
        children = [put_image(layout, None, text) for text in ("a", "b")]
        index = layout.push_manifest(index_of(*children), media_types.IMAGE_INDEX, "v1")
    clients.skopeo(
        clients.policy(),
        *("copy", "--all", "--sign-by", "alice@example.com", "--sign-identity", "registry.example/app:v1"),
        *(f"oci:{tmp_path / 'oci'}:v1", f"dir:{tmp_path / 'theirs'}"),
    )
    theirs = DirImage(str(tmp_path / "theirs"))
    assert index == theirs.resolve("")
    signatures = {}
    for descriptor in (index, *children):
        (signatures[descriptor.digest],) = contents(DirectoryStore(theirs), Subject(descriptor, "dir", "x"))
    with DirImage(str(tmp_path / "ours"), write=True) as ours:
        for child in children:
            content = theirs.manifest(child)
            for blob in manifests.parse(content).contents:
                ours.push_blob(blob, lambda blob=blob: theirs.open_blob(blob))  # type: ignore[misc]  # its own
            ours.push_manifest(content, child.media_type)
        ours.push_manifest(theirs.manifest(index), index.media_type)
        for descriptor in (index, *children):
            signature = finished(signatures[descriptor.digest])
            DirectoryStore(ours).add(Subject(descriptor, "dir", "x"), signature)
    policy = clients.policy("alice")
    identity = {"type": "exactReference", "dockerReference": "registry.example/app:v1"}
    rule = json.loads(policy.read_text())["default"][0] | {"signedIdentity": identity}
    policy.write_text(json.dumps({"default": [rule]}))
    clients.skopeo(policy, "copy", "--all", f"dir:{tmp_path / 'ours'}", f"dir:{tmp_path / 'again'}")
    assert {file.name for file in (tmp_path / "ours").iterdir()} == {
        file.name for file in (tmp_path / "again").iterdir()
    }


@pytest.mark.peer("docker-registry")
def test_the_folder_of_an_image_is_shared_with_skopeo_both_ways(clients: Clients, tmp_path: Path) -> None:
    image = f"{clients.address}/ns/app:v1"
    clients.push(image, signer="alice")
    clients.pull(image, "alice")
    theirs = DirImage(str(tmp_path / "pulled"))
    about = Subject(theirs.resolve(""), "dir", str(tmp_path / "pulled"))
    assert subject(clients).descriptor.digest == about.descriptor.digest
    (signature,) = contents(DirectoryStore(theirs), about)
    with DirImage(str(tmp_path / "ours"), write=True) as ours:
        copied = theirs.manifest(about.descriptor)
        for blob in json.loads(copied)["layers"] + [json.loads(copied)["config"]]:
            found = Descriptor(blob["mediaType"], Digest.parse(blob["digest"]), blob["size"])
            ours.push_blob(found, lambda found=found: theirs.open_blob(found))  # type: ignore[misc]  # its own
        ours.push_manifest(copied, about.descriptor.media_type)
        DirectoryStore(ours).add(about, finished(signature))
    policy = clients.policy("alice")
    identity = {"type": "exactReference", "dockerReference": image}
    policy.write_text(
        json.dumps({"default": [json.loads(policy.read_text())["default"][0] | {"signedIdentity": identity}]})
    )
    clients.skopeo(policy, "copy", *PLAIN, f"dir:{tmp_path / 'ours'}", f"dir:{tmp_path / 'again'}")
    assert [signature] == contents(DirectoryStore(DirImage(str(tmp_path / "again"))), about)
