"""`seal sign --format kms`: a tag is signed by a key of a vault, and kept where clients look for it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import good
from sealwright.digest import Digest
from sealwright.formats.kms import algorithms, content, message
from world import images
from world.kms_service import KmsService
from world.registry import DebianRegistry, Registry
from world.seal import seal
from world.wire import Wire


@pytest.fixture(scope="module")
def service(registry: Registry) -> KmsService:
    return KmsService(Wire(registry.address), "signing")


@pytest.fixture
def vault(home: Path, registry: Registry, service: KmsService, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of the vault's key of RSA, for a user whose settings name the service."""
    assert home.exists()
    monkeypatch.setenv("SEALWRIGHT_VAULT", registry.local)
    good(seal("policy", "init", "--key", service.key["id"], "--force"))
    return f"vault:{service.vault}/release"


@pytest.fixture
def name(registry: Registry, request: pytest.FixtureRequest) -> str:
    """A new image, by its tag."""
    part = request.node.name.removeprefix("test_").replace("_", "-")[:80].strip("-")
    repository = f"{registry.local}/ns/{part}"
    images.push(repository, "v1", part)
    return f"{repository}:v1"


def verified(image: str, *flags: str) -> int:
    return seal("verify", "--policy", "vault", *flags, image).code


def test_a_tag_is_signed_and_verified(service: KmsService, vault: str, name: str) -> None:
    assert 1 == verified(name)
    ended = good(
        seal("sign", "--key", vault, "--format", "kms", "--description", "Ünï", "-m", "build=42", name)
    )
    assert "the tag v1 can be moved" in ended.err
    assert 0 == verified(name)
    assert 0 == verified(name, "-m", "build=42")
    repository = name.partition("/")[2].removesuffix(":v1")
    told = service.wire.ask("GET", f"/api/v1/images?repository={repository}&reference=v1").json
    (found,) = told["signatures"]
    assert ("kms", "api", found["digest"]) == (
        found["format"],
        found["via"],
        ended.out.rpartition(" ")[2].strip(),
    )
    kept = content.parse(service.wire.ask("GET", f"/api/v1/signatures/{found['id']}/content").body)
    claims = message.parse(kept.message_bytes)
    assert (told["digest"], "Ünï", '{"build":"42"}', repository.removeprefix("ns/")) == (
        claims.image_digest,
        claims.description,
        claims.metadata,
        claims.repository_name,
    )
    assert claims.encoded() == kept.message_bytes
    assert "SHA_256_RSA_PKCS_PSS" == kept.signing_algorithm
    key = service.vaults.told("GET", f"keys/{service.key['id']}/versions/1")["publicKey"]
    algorithm = algorithms.IMAGE_ALGORITHMS[kept.signing_algorithm]
    public = algorithms.public_key(key.encode())
    assert algorithms.verifies(public, algorithm, kept.message_bytes, kept.signature_bytes)


def test_signing_twice_is_told_as_one_message_and_two_signatures(vault: str, name: str) -> None:
    for metadata in ("", '{"run":2}'):
        good(seal("sign", "--key", vault, "--format", "kms", "--metadata", metadata, name))
    assert 2 == len(good(seal("ls", "--output", "json", name)).json["signatures"])


def test_a_key_is_named_by_its_identifier_and_version_too(
    service: KmsService, registry: Registry, vault: str, name: str
) -> None:
    assert vault
    for key in (f"vault:{registry.local}/{service.key['id']}", f"vault:{service.vault}/release@1"):
        good(seal("sign", "--key", key, "--format", "kms", "--description", key, name))
    assert 0 == verified(name)


def test_everything_in_an_index_is_signed_if_that_is_asked_for(
    vault: str, registry: Registry, tmp_path: Path
) -> None:
    assert tmp_path.exists()
    name = f"{registry.local}/ns/index"
    one = images.push(name, "a", "a").partition("@")[2]
    two = images.push(name, "b", "b").partition("@")[2]
    wire = Wire(registry.address)
    entries = [
        {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": digest,
            "size": int(wire.ask("HEAD", f"/v2/ns/index/manifests/{digest}").headers["content-length"]),
        }
        for digest in (one, two)
    ]
    members = {"mediaType": "application/vnd.oci.image.index.v1+json", "manifests": entries}
    wire.push_manifest("ns/index", "multi", members)
    good(seal("sign", "--recursive", "--key", vault, "--format", "kms", f"{name}:multi"))
    for reference in (":multi", f"@{one}", f"@{two}"):
        assert 0 == verified(name + reference)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--metadata", "no JSON"), "signing.kms-metadata"),
        (("--metadata", "{}", "-m", "a=b"), "usage.metadata-twice"),
        (("--description", "x" * 5000), "signing.kms-too-long"),
        (("--expiry", "1d"), "signing.not-for-kms"),
        (("--legacy",), "signing.not-for-kms"),
        (("--signature-format", "cose"), "signing.not-for-kms"),
        (("--timestamp-url", "http://tsa.example"), "signing.not-for-kms"),
    ],
)
def test_what_does_not_go_with_the_format_is_refused(
    vault: str, registry: Registry, flags: tuple[str, ...], words: str
) -> None:
    image = images.push(f"{registry.local}/ns/refused", "v1")
    ended = seal("sign", "--key", vault, "--format", "kms", *flags, image)
    assert 2 == ended.code, ended
    assert words in ended.err
    assert 1 == verified(image)


def test_other_keys_do_not_sign_so(service: KmsService, vault: str, name: str) -> None:
    assert vault
    service.vaults.key(service.vault, "curve")
    ended = seal("sign", "--key", f"vault:{service.vault}/curve", "--format", "kms", name)
    assert "key.kms-kind" in ended.err
    assert "key.kms-not-in-vault" in seal("sign", "--key", "build", "--format", "kms", name).err
    assert 2 == seal("sign", "--key", "build", "--description", "x", name).code


def test_a_disabled_key_signs_nothing(service: KmsService, vault: str, name: str) -> None:
    key = service.vaults.key(service.vault, "resting", "RSA", 2048)
    service.vaults.told("POST", f"keys/{key['id']}/actions/disable")
    ended = seal("sign", "--key", f"{vault.rpartition('/')[0]}/resting", "--format", "kms", name)
    assert ended.code
    assert "DISABLED" in ended.err
    assert [] == good(seal("ls", "--output", "json", name)).json["signatures"]


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRegistry]:
    with DebianRegistry(tmp_path_factory.mktemp("foreign")) as running:
        yield running


@pytest.mark.peer("docker-registry")
def test_in_a_foreign_registry_a_signature_is_a_referrer(vault: str, foreign: DebianRegistry) -> None:
    address = foreign.address.replace("127.0.0.1", "localhost")
    image = images.push(f"{address}/ns/app", "v1", "foreign")
    good(seal("sign", "--key", vault, "--format", "kms", image))
    assert 0 == verified(image)


def test_in_a_layout_a_signature_is_a_referrer(
    vault: str, layout: str, registry: Registry, tmp_path: Path
) -> None:
    assert "signing.no-name" in seal("sign", "--key", vault, "--format", "kms", layout).err
    identity = f"{registry.local}/ns/app"
    good(seal("sign", "--key", vault, "--format", "kms", "--sign-identity", identity, layout))
    assert 0 == verified(layout, "--scope", identity)
    assert 1 == verified(layout, "--scope", f"{registry.local}/ns/other")
    target = f"{registry.local}/ns/app:pushed"
    good(seal("push", layout, target))
    assert 0 == verified(target)
    (found,) = good(seal("ls", "--output", "json", target)).json["signatures"]
    assert Digest.parse(found["location"])
    blobs = (path.read_bytes() for path in (tmp_path / "layout" / "blobs" / "sha256").iterdir())
    assert any(b'"keyId"' in blob and json.loads(blob)["message"] for blob in blobs)
