"""Random small policies over signed and unsigned images: skopeo and we decide alike, and say the same."""

import base64
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peers import programs
from peers.container_clients import PLAIN, Clients
from sealwright.dialects.containers_words import denial
from sealwright.evidence import Evidence, Need
from sealwright.keys.openpgp import keyring_files
from sealwright.openpgp import keyrings
from sealwright.policy.containers.claims import ClaimedSignature
from sealwright.policy.containers.lowering import parse
from sealwright.policy.decide import Candidate, Case, decide
from sealwright.repositories.locating import locate
from sealwright.signature import StoredSignature
from sealwright.verdict import PolicyUsed
from sealwright.workflow.clock import now
from sealwright.workflow.policy_tests import subject_of
from world.containers import ACCEPT, REJECT, signed_by
from world.registry import Registry

pytestmark = pytest.mark.peer("skopeo", "gpg")

EXAMPLES = 400 if "SEALWRIGHT_SOAK" in os.environ else 25
_TOLD = re.compile(r'level=fatal msg="(.*)"\n\Z', re.DOTALL)
_GPG = re.compile(r"Invalid GPG signature: [^;]*")
_MOVED = "registry.example/ns/moved:v1"


class Signed(NamedTuple):
    """An image, and which keys have signed which names of it."""

    name: str
    signatures: tuple[tuple[str, str], ...]


class Scene:
    """A registry with images, the same images in folders, and two keys."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.keys = {name: clients.folder / f"{name}.gpg" for name in ("alice", "bob")}
        self.fingerprints = {
            name: keyrings.read(key.read_bytes())[0].fingerprint for name, key in self.keys.items()
        }
        at = clients.address
        signed = {
            f"{at}/ns/none:v1": (),
            f"{at}/ns/alice:v1": (("alice", f"{at}/ns/alice:v1"),),
            f"{at}/both:v1": (("alice", f"{at}/both:v1"), ("bob", f"{at}/both:v2")),
            f"{at}/ns/moved:v1": (("alice", _MOVED),),
        }
        self.images: list[Signed] = []
        for image, signatures in signed.items():
            clients.push(image)
            for signer, name in signatures:
                sign = ("--sign-by", f"{signer}@example.com", "--sign-identity", name)
                source = f"oci:{clients.layout}:v1"
                clients.skopeo(clients.policy(), "copy", *PLAIN, *sign, source, f"docker://{image}")
            described = ("inspect", "--tls-verify=false", "--format", "{{.Digest}}", f"docker://{image}")
            digest = clients.run("skopeo", *described).strip()
            folder = clients.folder / "images" / image.rpartition("/")[2].partition(":")[0]
            folder.parent.mkdir(exist_ok=True)
            clients.skopeo(clients.policy(), "copy", *PLAIN, f"docker://{image}", f"dir:{folder}")
            names = (f"docker://{image}", f"docker://{image.removesuffix(':v1')}@{digest}", f"dir:{folder}")
            self.images += (Signed(name, signatures) for name in names)

    def skopeo(self, policy: Path, image: str) -> str:
        """Why skopeo denies an image; empty if it copies it."""
        skopeo = programs.find("skopeo")
        assert skopeo is not None
        target = f"dir:{self.clients.folder / 'pulled'}"
        command = [skopeo, "--policy", str(policy), "copy", *PLAIN, image, target]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=self.clients.environment, timeout=60
        )
        if done.returncode == 0:
            return ""
        told = _TOLD.search(done.stderr)
        assert told is not None, done.stderr
        text: str = json.loads(f'"{told[1]}"')
        return text

    def ours(self, policy: Path, image: Signed) -> str:
        """The same from us, of whom the cryptography is not the question here."""
        made = parse(policy.read_bytes(), str(policy))
        subject = subject_of(locate(image.name))
        statement = made.statement(subject)
        answers: Mapping[Need, object] = {need: keyring_files.read(need) for need in statement.needs}  # type: ignore[arg-type]  # keyrings only
        candidates = tuple(
            Candidate(
                StoredSignature("simple", signer, "", b""), ClaimedSignature(self.fingerprints[signer], name)
            )
            for signer, name in image.signatures
        )
        case = Case(
            statement, subject, PolicyUsed(made.language, made.origin, made.digest), now(), candidates
        )
        verdict = decide(case, Evidence(answers)).verdict
        said = denial(statement.requirement, verdict, image.name)
        assert (verdict.decision == "refused") == bool(said)
        return said and f"Source image rejected: {said}"

    def identities(self) -> st.SearchStrategy[object]:
        at = self.clients.address
        references = st.sampled_from([f"{at}/ns/alice:v1", _MOVED, f"{at}/both:v2", f"{at}/both"])
        prefixes = st.sampled_from(
            [at, f"{at}/ns", f"{at}/ns/moved", "registry.example", "registry.example/ns"]
        )
        kinds = st.sampled_from(["matchExact", "matchRepoDigestOrExact", "matchRepository"])
        with_tag = references.filter(lambda name: name.endswith(("1", "2")))
        return (
            st.none()
            | st.builds(lambda kind: {"type": kind}, kinds)
            | st.builds(lambda name: {"type": "exactReference", "dockerReference": name}, with_tag)
            | st.builds(lambda name: {"type": "exactRepository", "dockerRepository": name}, references)
            | st.builds(
                lambda prefix, to: {"type": "remapIdentity", "prefix": prefix, "signedPrefix": to},
                prefixes,
                prefixes,
            )
        )

    def requirements(self) -> st.SearchStrategy[list[object]]:
        alice, bob = map(str, self.keys.values())
        data = base64.b64encode(self.keys["alice"].read_bytes()).decode()
        keys: list[dict[str, object]] = [
            {"keyPath": alice},
            {"keyPath": bob},
            {"keyPath": None, "keyPaths": [bob, alice]},
            {"keyPath": None, "keyData": data},
        ]
        signed = st.builds(
            lambda key, match: signed_by(**key, signedIdentity=match),
            st.sampled_from(keys),
            self.identities(),
        )
        unmet = st.sampled_from(
            [
                REJECT,
                {"type": "signedBaseLayer", "baseLayerIdentity": {"type": "matchExact"}},
                signed_by(keyType="X509Certificates"),
            ]
        )
        return st.lists(signed | signed | signed | st.just(ACCEPT) | unmet, min_size=1, max_size=3)

    def policies(self) -> st.SearchStrategy[bytes]:
        at, folder = self.clients.address, str(self.clients.folder)
        named = [
            at,
            f"{at}/ns",
            f"{at}/ns/alice",
            f"{at}/ns/alice:v1",
            f"{at}/both",
            "*.0.0.1",
            "*.1",
            "",
            "ns/alice",
        ]
        paths = [folder, f"{folder}/images", f"{folder}/images/alice", f"{folder}/images/both", ""]
        found = self.requirements()
        transports = st.fixed_dictionaries(
            {},
            optional={
                "docker": st.dictionaries(st.sampled_from(named), found, max_size=4),
                "dir": st.dictionaries(st.sampled_from(paths), found, max_size=3),
            },
        )
        return st.builds(
            lambda default, scopes: json.dumps({"default": default, "transports": scopes}, indent=1).encode(),
            found,
            transports,
        )


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("decisions")
    with Registry(folder / "registry") as registry:
        clients = Clients(folder, registry.address)
        yield Scene(clients)
        clients.close()


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_skopeo_and_we_decide_alike(scene: Scene, data: st.DataObject) -> None:
    policy = scene.clients.folder / "random.json"
    policy.write_bytes(data.draw(scene.policies(), label="policy"))

    for image in scene.images:
        theirs, ours = scene.skopeo(policy, image.name), scene.ours(policy, image)
        assert _GPG.sub("Invalid GPG signature", theirs) == _GPG.sub("Invalid GPG signature", ours), image
