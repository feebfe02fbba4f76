"""Any bytes in any file that a command reads: an answer, or one error that names the file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.repositories.layout import open_directory
from strategies import JSON_VALUES, bytes_changed, cose_envelopes, jws_envelopes
from world import images, notary, pki

if TYPE_CHECKING:
    from hostile.conftest import World

CHAIN = pki.chain("ec256")
KEYS = {"default": "build", "keys": [{"name": "build", "keyPath": "x.key", "certPath": "x.crt"}]}
DOCKER = {"auths": {"localhost": {"auth": "YTpi"}}, "credHelpers": {"localhost": "no-such"}, "credsStore": ""}
SETTINGS = {"insecureRegistries": ["localhost"], "signatureFormat": "cose", "credsStore": "no-such"}
POLICY = {
    "version": "1.0",
    "trustPolicies": [
        {
            "name": "a",
            "registryScopes": ["*"],
            "signatureVerification": {"level": "strict", "override": {"expiry": "log"}},
            "trustStores": ["ca:acme"],
            "trustedIdentities": ["x509.subject: C=US, ST=WA, O=Acme"],
        }
    ],
}
PLACES = (
    ".docker/config.json",
    ".config/containers/auth.json",
    ".dockercfg",
    ".config/notation/config.json",
)


@st.composite
def edited(draw: st.DrawFn, good: object) -> object:
    """The same document with one value, somewhere, replaced by any other."""
    if draw(st.integers(0, 3)) == 0:
        return draw(JSON_VALUES)
    if isinstance(good, dict) and good:
        name = draw(st.sampled_from(sorted(good)))
        return {**good, name: draw(edited(good[name]))}
    if isinstance(good, list) and good:
        index = draw(st.integers(0, len(good) - 1))
        return [*good[:index], draw(edited(good[index])), *good[index + 1 :]]
    return draw(JSON_VALUES)


def contents(good: object) -> st.SearchStrategy[bytes]:
    """Any bytes; the good document with bytes changed; with a value changed."""
    written = json.dumps(good, indent=1).encode()
    return (
        st.binary(max_size=60)
        | bytes_changed(written)
        | edited(good).map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
    )


@given(contents(POLICY))
def test_any_policy(world: "World", content: bytes) -> None:
    with world.replaced(world.home.notation / "trustpolicy.json", content):
        world.seal("verify", world.image)
        world.seal("policy", "lint")
        world.seal("policy", "show")


@given(contents(POLICY))
def test_any_policy_file_by_name(world: "World", content: bytes) -> None:
    path = world.home.folder / "policy.json"
    with world.replaced(path, content):
        world.seal("verify", "--policy-file", path, world.image)
        world.seal("policy", "lint", path)


@given(st.binary(max_size=80) | bytes_changed(CHAIN.root) | bytes_changed(b"".join(CHAIN.certificates)))
def test_any_certificate_in_a_trust_store(world: "World", content: bytes) -> None:
    store = world.home.notation / "truststore" / "x509" / "ca" / "acme"
    (path,) = store.iterdir()
    with world.replaced(path, content):
        world.seal("verify", world.image)
        world.seal("cert", "ls")
        world.seal("cert", "show", "--store", "acme", path.name)


@given(contents(KEYS))
def test_any_list_of_keys(world: "World", content: bytes) -> None:
    with world.replaced(world.home.notation / "signingkeys.json", content):
        world.seal("key", "ls")
        world.seal("sign", world.image)
        world.seal("key", "delete", "build")


@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: f"-----BEGIN {text}".encode()))
def test_any_key_file(world: "World", content: bytes) -> None:
    with world.replaced(world.home.notation / "localkeys" / "build.key", content):
        assert 2 == world.seal("sign", world.image).code


@pytest.mark.parametrize(
    "place",
    [".docker/config.json", ".config/containers/auth.json", ".dockercfg", ".config/notation/config.json"],
)
@given(data=st.data())
def test_any_file_of_credentials(world: "World", place: str, data: st.DataObject) -> None:
    content = data.draw(contents(SETTINGS if "notation" in place else DOCKER))
    with world.replaced(world.home.folder / place, content):
        assert 0 != world.seal("ls", f"{world.registry}/app:v1").code
        world.seal("logout", "localhost")


@given(st.data())
def test_any_index_of_a_layout(world: "World", data: st.DataObject) -> None:
    path = Path(world.layout) / "index.json"
    with world.replaced(path, data.draw(contents(json.loads(path.read_bytes())))):
        for command in ("verify", "ls", "inspect", "sign"):
            world.seal(command, world.image)


@given(contents({"imageLayoutVersion": "1.0.0"}))
def test_any_mark_of_a_layout(world: "World", content: bytes) -> None:
    with world.replaced(Path(world.layout) / "oci-layout", content):
        world.seal("verify", world.image)


@given(st.data())
def test_any_manifest_in_place_of_the_image(world: "World", data: st.DataObject) -> None:
    content = data.draw(contents(json.loads(world.manifest.read_bytes())))
    with world.replaced(world.manifest, content):
        for command in ("ls", "inspect"):
            world.seal(command, world.image)


@given(data=st.data())
def test_any_manifest_that_is_listed_as_it_is(
    world: "World", data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The digests are right, so that only the manifest itself can be at fault."""
    content = data.draw(contents(json.loads(world.manifest.read_bytes())))
    folder = tmp_path_factory.mktemp("listed")
    blob = manifests.describe(content, media_types.IMAGE_MANIFEST)
    write_layout(
        folder, json.dumps({"schemaVersion": 2, "manifests": [entry(content, "v1")]}).encode(), content
    )
    for command in ("verify", "ls", "inspect"):
        world.seal(command, f"oci:{folder}:v1")
        world.seal(command, f"oci:{folder}@{blob.digest}")


@given(data=st.data())
def test_any_signature_manifest(
    world: "World", data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    image = world.manifest.read_bytes()
    good = {
        "schemaVersion": 2,
        "mediaType": media_types.IMAGE_MANIFEST,
        "artifactType": media_types.NOTARY_SIGNATURE,
        "config": bare(b"{}", media_types.EMPTY),
        "layers": [bare(b"x", media_types.NOTARY_JWS)],
        "subject": bare(image, media_types.IMAGE_MANIFEST),
        "annotations": {"io.cncf.notary.x509chain.thumbprint#S256": '["ab"]'},
    }
    content = data.draw(contents(good))
    folder = tmp_path_factory.mktemp("listed")
    index = {"schemaVersion": 2, "manifests": [entry(image, "v1"), entry(content, "")]}
    write_layout(folder, json.dumps(index).encode(), image, content, b"{}", b"x")
    for command in ("verify", "ls", "inspect"):
        world.seal(command, f"oci:{folder}:v1")


@pytest.mark.parametrize("envelope", notary.ENVELOPES)
@given(data=st.data())
def test_any_envelope(
    world: "World", envelope: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = notary.signed(CHAIN, envelope)
    parts = jws_envelopes(good) if envelope == media_types.NOTARY_JWS else cose_envelopes(good)
    content = data.draw(st.binary(max_size=60) | bytes_changed(good) | parts)
    folder = tmp_path_factory.mktemp("listed")
    images.make_layout(folder, "v1")
    with open_directory(str(folder), write=True) as layout:
        images.attach_signature(layout, layout.resolve("v1"), envelope, content, CHAIN.root)
    for command in ("verify", "inspect"):
        world.seal(command, f"oci:{folder}:v1")


def test_a_path_with_a_nul_names_no_file(world: "World") -> None:
    keys = {"default": "a", "keys": [{"name": "a", "keyPath": "/a\0", "certPath": "/b\0"}]}
    with world.replaced(world.home.notation / "signingkeys.json", json.dumps(keys).encode()):
        ended = world.seal("sign", world.image)
    assert "[file.absent]" in ended.err


@given(st.binary(max_size=2000) | st.integers(0, 700).map(bytes))
def test_any_archive(world: "World", content: bytes) -> None:
    path = world.home.folder / "image.tar"
    with world.replaced(path, content):
        world.seal("verify", f"oci-archive:{path}:v1")


def bare(content: bytes, media_type: str) -> dict[str, object]:
    described = manifests.describe(content, media_type)
    return {"mediaType": media_type, "digest": str(described.digest), "size": described.size}


def entry(content: bytes, tag: str) -> dict[str, object]:
    named = {"annotations": {"org.opencontainers.image.ref.name": tag}} if tag else {}
    return {**bare(content, media_types.IMAGE_MANIFEST), **named}


def write_layout(folder: Path, index: bytes, *blobs: bytes) -> None:
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (folder / "index.json").write_bytes(index)
    for content in blobs:
        digest = manifests.describe(content, "").digest
        path = folder / "blobs" / digest.algorithm / digest.encoded
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
