"""The workflow that OpenShift's own extended tests run, with our `oc`, our registry and the real skopeo.

"[registry] Image signature workflow can push a signed image to openshift registry and verify it"
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.container_clients import PLAIN, Clients
from sealwright.digest import Digest
from sealwright.stores.importing.found import Found
from sealwright.stores.importing.objects import in_objects
from world.accounts import Guarded
from world.home import Home
from world.oc import oc

pytestmark = pytest.mark.peer("skopeo", "gpg")

ROLES = ("system:image-signer", "system:image-auditor", "system:image-builder")


class Project:
    """A user alice and an administrator of the registry, each with a home of their own."""

    def __init__(self, folder: Path, guarded: Guarded) -> None:
        self.clients = Clients(folder, guarded.registry.address)
        self.address = guarded.registry.address
        self.alice, self.admin = Home(folder / "alice-home"), Home(folder / "admin-home")
        for home, name, password in (
            (self.alice, "alice", "wonderland"),
            (self.admin, "admin", "adminadmin"),
        ):
            done = oc(home, "login", f"http://{self.address}", "-u", name, "-p", password)
            assert 0 == done.status, done

    def oc(self, *arguments: str, fails: int = 0) -> str:
        """Run `oc` as alice, with her own keyring; gives all that it prints."""
        done = oc(self.alice, *arguments, GNUPGHOME=self.clients.environment["GNUPGHOME"])
        assert fails == done.status, done
        return done.out + done.err


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Guarded(tmp_path / "registry") as guarded:
        made = Project(tmp_path, guarded)
        yield made
        made.clients.close()


def test_can_push_a_signed_image_to_the_registry_and_verify_it(project: Project) -> None:
    for role in ROLES:
        added = oc(project.admin, "adm", "policy", "add-cluster-role-to-user", role, "alice")
        assert f'clusterrole.rbac.authorization.k8s.io/{role} added: "alice"\n' == added.out
    token = project.oc("whoami", "-t").strip()
    image = f"{project.address}/project/signer:latest"
    project.clients.skopeo(
        project.clients.policy(),
        "copy",
        *PLAIN,
        *("--sign-by", "alice@example.com", "--dest-creds", f"alice:{token}"),
        f"oci:{project.clients.layout}:v1",
        f"docker://{image}",
    )

    described = project.oc("describe", "istag", "signer:latest", "-n", "project")
    assert "Unverified" in described
    found = re.search(r"Image Name:\t(\S+)", described)
    assert found is not None
    digest = Digest.parse(found[1])

    verify = ("adm", "verify-image-signature", digest, f"--expected-identity={image}", "--save")
    assert "identity is now confirmed" in project.oc(*verify)
    described = project.oc("describe", "istag", "signer:latest", "-n", "project")
    assert "Verified" in described
    assert "Unverified" not in described

    failed = project.oc(*verify[:-2], f"--expected-identity={image}er", "--save", fails=1)
    assert "is not accepted" in failed
    assert "Unverified" in project.oc("describe", "istag", "signer:latest", "-n", "project")

    exported = project.oc("get", "image", digest, "-o", "json")
    (signature,) = in_objects(exported.encode(), "image.json")
    assert isinstance(signature, Found)
    assert (digest, image) == (signature.digest, signature.reference)
    (told,) = json.loads(exported)["signatures"]
    assert told["metadata"]["name"] == signature.location
