"""`seal verify --policy vault`: by the vault itself, and by exported keys where nobody can be asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import good
from sealwright.digest import Digest
from world import images
from world.kms_service import KmsService
from world.registry import Registry
from world.seal import Ended, seal
from world.wire import Wire


@pytest.fixture(scope="module")
def service(registry: Registry) -> KmsService:
    return KmsService(Wire(registry.address), "verified")


class Scene:
    """A user with a policy, and an image that the vault has signed.

    Attributes:
        image: its name, with a tag.
        repository: the name of its repository in the service.
        digest: of the image.
    """

    def __init__(self, folder: Path, registry: Registry, service: KmsService, name: str) -> None:
        self.folder, self.registry, self.service = folder, registry, service
        self.repository = f"ns/{name}"
        self.image = f"{registry.local}/{self.repository}:v1"
        pinned = images.push(f"{registry.local}/{self.repository}", "v1", self.repository)
        self.digest = Digest.parse(pinned.partition("@")[2])
        self.signed: Any = service.sign(self.repository, self.digest)

    def policy(self, signed_by: object = None, **more: object) -> Path:
        """Put a policy in force."""
        wanted = signed_by or {"key": self.service.key["id"]}
        statement = {"name": "release", "scopes": [self.registry.local], "signedBy": wanted, **more}
        document = {"version": "1.0", "service": self.registry.local, "statements": [statement]}
        file = self.folder / "new-policy.json"
        file.write_text(json.dumps(document))
        good(seal("policy", "import", "--force", file))
        return file

    def export(self, key: Any = None) -> Path:
        """The keys of the vault, exported."""
        one = key or self.service.key
        told = self.service.vaults.ask("GET", f"keys/{one['id']}/export")
        file = self.folder / "keys.json"
        file.write_bytes(told.body)
        return file


@pytest.fixture
def scene(
    home: Path, tmp_path: Path, registry: Registry, service: KmsService, request: pytest.FixtureRequest
) -> Scene:
    assert home.exists()
    name = request.node.name.removeprefix("test_").replace("_", "-")[:80].strip("-")
    made = Scene(tmp_path, registry, service, name)
    made.policy()
    return made


def verify(*arguments: object) -> Ended:
    return seal("verify", "--policy", "vault", *arguments)


def refused(*arguments: object) -> str:
    ended = verify("--output", "json", *arguments)
    assert 1 == ended.code, ended
    verdict = ended.json
    assert "refused" == verdict["decision"]
    return str(verdict["reason"])


def test_a_signature_by_the_vault_is_accepted(scene: Scene) -> None:
    assert scene.service.key["id"] in good(verify(scene.image)).out
    verdict = good(verify("--output", "json", scene.image)).json
    (report,) = verdict["signatures"]
    assert ("kms", scene.signed["digest"]) == (report["format"], report["location"])
    assert {"buildnumber": "8447"} == report["metadata"]


def test_an_image_without_one_is_refused(scene: Scene) -> None:
    bare = scene.service.push(scene.repository, "bare")
    assert "verdict.unsigned" == refused(f"{scene.registry.local}/{scene.repository}@{bare}")


def test_a_key_is_known_by_its_name_too(scene: Scene) -> None:
    scene.policy({"any": [{"key": "release", "vault": "verified", "versions": [1]}]})
    good(verify(scene.image))
    scene.policy({"key": "release", "vault": "verified", "versions": [2]})
    assert "authenticity.kms-other-version" == refused(scene.image)
    scene.policy({"key": "nobody"})
    assert "key.vault-unknown" == refused(scene.image)


def test_metadata_may_be_asked_for(scene: Scene) -> None:
    good(verify("-m", "buildnumber=8447", scene.image))
    assert "artifact.metadata-missing" == refused("-m", "buildnumber=1", scene.image)


def test_a_key_that_is_disabled_counts_only_where_the_policy_says_so(scene: Scene) -> None:
    key = scene.service.vaults.key(scene.service.vault, "disabled", "RSA", 2048)
    digest = scene.service.push(scene.repository, "another")
    scene.service.sign(scene.repository, digest, key)
    image = f"{scene.registry.local}/{scene.repository}@{digest}"
    scene.policy({"key": key["id"]})
    good(verify(image))
    scene.service.vaults.told("POST", f"keys/{key['id']}/actions/disable")
    assert "authenticity.kms-key-state" == refused(image)
    scene.policy({"key": key["id"]}, keyStates={"disabled": "accept"})
    good(verify(image))
    scene.service.vaults.told("POST", f"keys/{key['id']}/actions/schedule-deletion")
    assert "authenticity.kms-key-state" == refused(image)


def test_two_keys_have_to_have_signed(scene: Scene) -> None:
    key = scene.service.vaults.key(scene.service.vault, "second", "RSA", 2048)
    both = [{"key": scene.service.key["id"]}, {"key": key["id"]}]
    scene.policy({"atLeast": 2, "of": both})
    assert "refused" == verify("--output", "json", scene.image).json["decision"]
    scene.service.sign(scene.repository, scene.digest, description="once more")
    assert "refused" == verify("--output", "json", scene.image).json["decision"]
    scene.service.sign(scene.repository, scene.digest, key)
    good(verify(scene.image))
    scene.policy({"all": both})
    good(verify(scene.image))


def test_exported_keys_are_enough_where_nobody_can_be_asked(
    scene: Scene, registry: Registry, tmp_path: Path
) -> None:
    keys = scene.export()
    layout = f"oci:{tmp_path}/layout:v1"
    good(seal("copy", scene.image, layout))
    scope = f"{registry.local}/{scene.repository}"
    scene.policy(repositoryName="")
    document = json.loads((tmp_path / "new-policy.json").read_text())
    del document["service"]
    (tmp_path / "offline.json").write_text(json.dumps(document))
    arguments = ("--policy-file", tmp_path / "offline.json", "--scope", scope, layout)
    assert "authenticity.kms-no-service" == refused(*arguments)
    good(verify("--vault-keys", keys, *arguments))
    told = json.loads(keys.read_text())
    told["exportedAt"] = "2020-01-01T00:00:00Z"
    keys.write_text(json.dumps(told))
    assert "authenticity.kms-export-old" == refused("--vault-keys", keys, *arguments)
    keys.write_text("{}")
    assert "kms.export-malformed" == refused("--vault-keys", keys, *arguments)


def test_a_policy_may_refuse_exported_keys(scene: Scene) -> None:
    scene.policy(exportedKeys="refuse")
    assert "authenticity.kms-export-refused" == refused("--vault-keys", scene.export(), scene.image)
    good(verify(scene.image))


def test_a_replayed_signature_is_refused_with_its_reason(scene: Scene) -> None:
    content = scene.service.signed(
        scene.service.message("ns/elsewhere", scene.digest, description="replayed").encoded()
    )
    twin = scene.service.push(scene.repository, "twin")
    scene.service.refer(scene.repository, twin, content.encoded())
    assert "artifact.kms-other-image" == refused(f"{scene.registry.local}/{scene.repository}@{twin}")


def test_what_was_found_is_recorded(scene: Scene) -> None:
    good(verify("--record", scene.image))
    found = scene.service.wire.ask("GET", f"/api/v1/signatures/{scene.signed['id']}").json
    latest = found["verification"]["latest"]
    assert ("verified", "client", scene.service.key["id"]) == (
        latest["result"],
        latest["maker"],
        latest["key"],
    )
    scene.policy({"key": scene.service.key["id"], "versions": [7]})
    assert 1 == verify("--record", scene.image).code
    found = scene.service.wire.ask("GET", f"/api/v1/signatures/{scene.signed['id']}").json
    assert "failed" == found["verification"]["latest"]["result"]


def test_the_signature_is_listed_and_inspected(scene: Scene) -> None:
    assert scene.signed["digest"] in good(seal("ls", scene.image)).out
    shown = good(seal("inspect", scene.image)).out
    for words in (scene.service.key["id"], "SHA_256_RSA_PKCS_PSS", "buildnumber", "release"):
        assert words in shown
    told = good(seal("inspect", "--output", "json", scene.image)).json
    (signature,) = told["signatures"]
    assert scene.repository.partition("/")[2] == signature["summary"]["signedAttributes"]["repositoryName"]


def test_a_copy_takes_the_signature_along(scene: Scene, registry: Registry) -> None:
    target = f"{registry.local}/copies/{scene.repository.partition('/')[2]}:v1"
    good(seal("copy", scene.image, target))
    listed = good(seal("ls", target)).out
    assert "kms" in listed
    good(verify(target))


def test_where_several_policies_are_present_one_is_chosen_or_all_have_to_accept(scene: Scene) -> None:
    ended = seal("verify", scene.image)
    assert 2 == ended.code
    assert "policy.several-present" in ended.err
    assert "vault-policy.json" in ended.err
    assert 1 == seal("verify", "--policy", "all", scene.image).code
    good(seal("sign", "--key", "build", scene.image))
    good(seal("verify", "--policy", "all", scene.image))
    scene.policy({"any": []})
    assert 1 == seal("verify", "--policy", "all", scene.image).code
    good(seal("verify", "--policy", "notation", scene.image))


def test_a_policy_is_read_for_what_it_is_in_python_too(scene: Scene, tmp_path: Path) -> None:
    import sealwright  # noqa: PLC0415  # as users do

    document = json.loads((tmp_path / "new-policy.json").read_text())
    with sealwright.Client(policy=document) as client:
        assert "accepted" == client.judge(scene.image).decision
        assert "accepted" == client.judge(scene.image, metadata={"buildnumber": "8447"}).decision
        assert "refused" == client.judge(scene.image, metadata={"buildnumber": "1"}).decision
