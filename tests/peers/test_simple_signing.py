"""GPG signing both ways: we sign and the real clients enforce, they sign and we enforce."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.container_clients import LAYER, PLAIN, Clients
from world.registry import DebianRegistry, Registry
from world.small_layout import small_index

pytestmark = pytest.mark.peer("skopeo", "gpg")


class Scene:
    """A user of ours and of the real programs: one keyring, one policy, one signature store."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.root = clients.folder / "root"
        self.settings = clients.folder / ".config" / "containers"
        self.settings.mkdir(parents=True)
        clients.registries.rmdir()
        clients.registries = self.settings / "registries.d"
        clients.registries.mkdir()
        self.store = clients.folder / "store"
        self.image = f"{clients.address}/ns/app:v1"

    def beside(self) -> None:
        """Let the signatures be kept in a folder beside the registry."""
        base = self.store.as_uri()
        settings = {"docker": {self.clients.address: {"lookaside-staging": base, "lookaside": base}}}
        (self.clients.registries / "store.yaml").write_text(json.dumps(settings))

    def trust(self, *signers: str) -> Path:
        """Let the policy of the machine ask for one of these signers; of nobody: it takes anything."""
        made = self.clients.policy(*signers)
        return Path(shutil.copyfile(made, self.settings / "policy.json"))

    def seal(self, *arguments: object, fails: int = 0, says: str = "") -> str:
        """Run `seal` as that user; gives all that it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "sealwright", "--root", self.root, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=self.clients.environment | {"PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        )
        told = done.stdout + done.stderr
        assert fails == done.returncode, told
        assert says in told, told
        return told


@pytest.fixture(params=["extension", pytest.param("lookaside", marks=pytest.mark.peer("docker-registry"))])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    kind = Registry if request.param == "extension" else DebianRegistry
    with kind(tmp_path / "registry") as registry:
        clients = Clients(tmp_path, registry.address)
        made = Scene(clients)
        if request.param == "lookaside":
            made.beside()
        yield made
        clients.close()


@pytest.mark.peer("podman")
def test_skopeo_and_podman_enforce_what_we_sign(scene: Scene) -> None:
    scene.trust()
    scene.seal("push", "--sign-by", "gpg:alice@example.com", f"oci:{scene.clients.layout}:v1", scene.image)

    scene.clients.pull(scene.image, "alice")
    scene.clients.pull(scene.image, "bob", fails="Source image rejected")
    policy = scene.clients.policy("alice")
    scene.clients.podman("pull", "--quiet", "--signature-policy", policy, scene.image)
    scene.seal("sign", "--key", "gpg:bob@example.com", scene.image, says="signed")
    scene.clients.pull(scene.image, "bob")
    scene.clients.pull(scene.image, "alice")


def test_we_enforce_what_skopeo_signs(scene: Scene) -> None:
    scene.clients.push(scene.image, signer="alice")
    scene.trust("alice")

    told = scene.seal("verify", scene.image, says="✓")
    assert "default" in told
    assert "alice@example.com" not in told or "signed by" in told
    out = scene.clients.folder / "out"
    scene.seal("pull", scene.image, f"dir:{out}")
    assert (out / "signature-1").is_file()
    scene.trust("bob")
    scene.seal("verify", scene.image, fails=1, says="none of")
    scene.seal("pull", scene.image, f"dir:{out}2", fails=1)
    assert not Path(f"{out}2").exists()
    scene.seal("copy", scene.image, f"{scene.clients.address}/ns/copy:v1", fails=1)


def test_an_unsigned_image_is_refused_by_both(scene: Scene) -> None:
    scene.trust()
    scene.seal("push", f"oci:{scene.clients.layout}:v1", scene.image)
    scene.trust("alice")

    scene.clients.pull(scene.image, "alice", fails="A signature was required, but no signature exists")
    scene.seal("verify", scene.image, fails=1, says="the image has no signature")


def test_what_is_allowed_without_a_signature_is_not_verified(scene: Scene) -> None:
    scene.trust()
    scene.seal("push", "--sign-by", "gpg:alice@example.com", f"oci:{scene.clients.layout}:v1", scene.image)

    scene.seal("verify", scene.image, fails=1, says="allowed, not verified")
    scene.seal("pull", scene.image, f"oci:{scene.clients.folder / 'pulled-layout'}:v1")
    scene.seal("pull", "--verify", scene.image, f"oci:{scene.clients.folder / 'other'}:v1", fails=1)


def test_each_name_of_an_image_wants_a_signature_of_its_own(scene: Scene) -> None:
    scene.clients.push(scene.image, signer="alice")
    other = scene.image.replace(":v1", ":v2")
    scene.clients.push(other)
    scene.trust("alice")

    scene.seal("verify", scene.image)
    scene.seal("verify", other, fails=1, says="v1")
    scene.seal("verify", scene.image, other, fails=1)
    scene.clients.pull(other, "alice", fails="is not accepted")
    scene.seal("sign", "--key", "gpg:alice@example.com", other)
    scene.seal("verify", scene.image, other)
    scene.clients.pull(other, "alice")
    scene.clients.pull(scene.image, "alice")


def test_a_copy_brings_its_signatures_along(scene: Scene) -> None:
    scene.clients.push(scene.image, signer="alice")
    scene.trust("alice")
    out = scene.clients.folder / "out"
    scene.seal("copy", scene.image, f"dir:{out}", says="1 GPG signature")
    exact = {"type": "exactReference", "dockerReference": scene.image}
    rule = json.loads(scene.clients.policy("alice").read_text())["default"][0] | {"signedIdentity": exact}
    policy = scene.clients.folder / "exact.json"
    policy.write_text(json.dumps({"default": [rule]}))

    scene.clients.skopeo(policy, "copy", f"dir:{out}", f"dir:{out}-again")
    scene.seal("verify", "--policy-file", policy, f"dir:{out}")


def test_signatures_are_listed_and_inspected(scene: Scene) -> None:
    scene.clients.push(scene.image, signer="alice")
    scene.trust("alice")

    assert "simple" in scene.seal("ls", scene.image)
    told = scene.seal("inspect", scene.image)
    assert scene.image in told
    found = json.loads(scene.seal("verify", "--output", "json", scene.image))
    verdict = found[0] if isinstance(found, list) else found
    assert "containers" in json.dumps(verdict)


@pytest.mark.peer("podman")
def test_podman_pushes_signed_and_we_accept(scene: Scene) -> None:
    scene.trust()
    clients = scene.clients
    storage = f"[vfs@{clients.containers / 'root'}+{clients.containers / 'run'}]"
    clients.skopeo(
        clients.policy(), "copy", f"oci:{clients.layout}:v1", f"containers-storage:{storage}app:v1"
    )
    clients.podman("push", "--tls-verify=false", "--sign-by", "alice@example.com", "app:v1", scene.image)
    scene.trust("alice")

    scene.seal("verify", scene.image)


def test_everything_in_an_index_is_signed_and_asked_for(scene: Scene) -> None:
    clients = scene.clients
    index = small_index(clients.folder / "index", {"amd64": LAYER, "arm64": LAYER})
    scene.trust()
    scene.seal("push", f"oci:{index}:v1", scene.image)
    scene.trust("alice")
    scene.seal("verify", scene.image, fails=1, says="linux/a")
    told = scene.seal("sign", "--key", "gpg:alice@example.com", scene.image)

    assert 3 == told.count("signed ")
    scene.seal("verify", scene.image, says="each of the 2 manifests")
    scene.seal("verify", "--require-index", scene.image)
    scene.seal("verify", "--platform", "linux/arm64", scene.image)
    scene.seal("verify", "--platform", "plan9/mips", scene.image, fails=2, says="linux/amd64")
    target = f"dir:{clients.folder / 'all'}"
    clients.skopeo(clients.policy("alice"), "copy", "--all", *PLAIN, f"docker://{scene.image}", target)


def test_an_index_whose_own_signature_is_missing_is_accepted_unless_that_is_asked_for(scene: Scene) -> None:
    """As skopeo does it; the verdict tells of it."""
    clients = scene.clients
    index = small_index(clients.folder / "index", {"amd64": LAYER})
    scene.trust()
    scene.seal("push", f"oci:{index}:v1", scene.image)
    digest = json.loads((index / "index.json").read_text())["manifests"][0]["digest"]
    whole = json.loads((index / "blobs" / "sha256" / digest.removeprefix("sha256:")).read_text())
    inner = scene.image.replace(":v1", f"@{whole['manifests'][0]['digest']}")
    scene.seal("sign", "--key", "gpg:alice@example.com", "--sign-identity", scene.image, inner)
    scene.trust("alice")

    scene.seal("verify", scene.image, says="the index itself is refused")
    scene.seal("verify", "--require-index", scene.image, fails=1)
    scene.seal("pull", scene.image, f"oci:{clients.folder / 'pulled'}:v1")
    scene.seal("pull", "--require-index", scene.image, f"oci:{clients.folder / 'other'}:v1", fails=1)
    target = f"dir:{clients.folder / 'all'}"
    clients.skopeo(clients.policy("alice"), "copy", "--all", *PLAIN, f"docker://{scene.image}", target)
