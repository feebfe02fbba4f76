"""Signed only by a policy.json: GPG signatures that came through the extension open the way, no others."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sealwright import limits, media_types
from sealwright.digest import Digest
from sealwright.errors import DocumentError
from sealwright.service.configuration.signed_only import SignedOnly
from sealwright.service.signatures.signed_only.policies import Policies
from sealwright.service.signatures.signed_only.verifying import judge
from sealwright.workflow import clock
from world import openpgp, simple
from world.named import NamedRegistry
from world.openpgp_keys import Key
from world.wire import Answer

ALICE = Key.ed25519("Alice <alice@example.com>")
BOB = Key.ed25519("Bob <bob@example.com>")
USERS = {"reader": {"*": {"pull"}}, "signer": {"*": {"pull", "push", "sign"}}}
NAME = "prod/app"
REGISTRY = "registry.example"


class Setting:
    """A registry that gives out below `prod/` what a policy.json accepts."""

    def __init__(self, folder: Path) -> None:
        self.keys = folder / "keys.gpg"
        self.keys.write_bytes(ALICE.public())
        self.policy = folder / "policy.json"
        self.demand()
        self.table = SignedOnly("prod/*", "enforce", str(self.policy), registry=REGISTRY)
        self.registry = NamedRegistry(folder / "registry", USERS, (self.table,))  # type: ignore[arg-type]  # sets of words
        self.signer, self.reader = self.registry.wire("signer"), self.registry.wire("reader")

    def demand(self, requirement: Mapping[str, Any] | None = None, **members: Any) -> None:
        """Ask for something else of every image of the registry."""
        signed = {"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(self.keys), **members}
        scopes = {REGISTRY: [requirement or signed]}
        self.policy.write_text(
            json.dumps({"default": [{"type": "reject"}], "transports": {"docker": scopes}})
        )

    def push(self, tag: str = "v1", name: str = NAME) -> Digest:
        return simple.push_image(self.signer, name, tag, unique=tag)

    def index(self, *children: Digest) -> Digest:
        entries = [{"mediaType": media_types.IMAGE_MANIFEST, "digest": one, "size": 300} for one in children]
        members = {"mediaType": media_types.IMAGE_INDEX, "manifests": entries}
        made, _ = self.signer.push_manifest(NAME, "multi", members)
        return made

    def sign(self, digest: Digest, key: Key = ALICE, reference: str = "", name: str = NAME) -> str:
        payload = openpgp.payload(digest, reference or f"{REGISTRY}/{name}:v1")
        told = simple.name_of(digest)
        answer = simple.attach(self.signer, name, digest, key.message(payload, int(time.time())), name=told)
        assert 201 == answer.status, answer
        return told

    def pull(self, reference: str = "v1", name: str = NAME, method: str = "GET") -> Answer:
        return self.reader.ask(method, f"/v2/{name}/manifests/{reference}")

    def refused(self, reference: str = "v1", name: str = NAME) -> str:
        answer = self.pull(reference, name)
        assert 403 == answer.status, answer
        verdict: str = answer.json["errors"][0]["detail"]["verdict"]
        return verdict

    @staticmethod
    def wait() -> None:
        time.sleep(limits.SIGNED_ONLY_REREAD_SECONDS + 0.1)


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    made = Setting(tmp_path)
    yield made
    made.registry.stop()


def test_a_signature_opens_the_way_at_once_and_its_end_closes_it(setting: Setting) -> None:
    digest = setting.push()
    assert "verdict.unsigned" == setting.refused()
    assert 200 == setting.signer.ask("GET", f"/v2/{NAME}/manifests/v1").status
    name = setting.sign(digest)
    for reference in ("v1", digest):
        assert 200 == setting.pull(reference).status
        assert 200 == setting.pull(reference, method="HEAD").status
    assert 202 == setting.signer.ask("DELETE", simple.path(NAME, name)).status
    assert "verdict.unsigned" == setting.refused()


def test_signatures_that_the_policy_does_not_accept_do_not_count(setting: Setting) -> None:
    digest = setting.push()
    setting.sign(digest, BOB)
    assert "integrity.key-unknown" == setting.refused()
    assert 201 == simple.attach(setting.signer, NAME, digest, b"junk", type="other").status
    assert "verdict.none-counts" == setting.refused()
    setting.sign(digest, reference="registry.example/prod/other:v1")
    assert 403 == setting.pull().status
    setting.sign(digest)
    assert 200 == setting.pull().status


def test_a_signature_counts_only_in_its_repository(setting: Setting) -> None:
    digest = setting.push()
    setting.push(name="prod/other")
    setting.sign(digest)
    assert 200 == setting.pull().status
    assert "verdict.unsigned" == setting.refused(name="prod/other")


@pytest.mark.parametrize(
    ("identity", "status"),
    [
        ({"type": "matchRepository"}, 200),
        ({"type": "exactRepository", "dockerRepository": f"{REGISTRY}/{NAME}"}, 200),
        ({"type": "exactReference", "dockerReference": f"{REGISTRY}/{NAME}:v2"}, 403),
        ({"type": "matchExact"}, 403),
    ],
)
def test_the_identity_is_that_of_the_repository_and_digest(
    setting: Setting, identity: Mapping[str, str], status: int
) -> None:
    """A tag can be moved, so what is asked for counts as asked for by its digest."""
    setting.demand(signedIdentity=identity)
    setting.wait()
    setting.sign(setting.push())
    assert status == setting.pull().status


def test_an_index_is_given_out_with_the_first_of_its_manifests(setting: Setting) -> None:
    first, second = setting.push("a"), setting.push("b")
    index = setting.index(first, second)
    assert [403] * 3 == [setting.pull(one).status for one in (index, first, second)]
    name = setting.sign(first)
    assert [200, 200, 403] == [setting.pull(one).status for one in (index, first, second)]
    assert 200 == setting.pull("multi").status
    setting.sign(index)
    assert [200, 200, 403] == [setting.pull(one).status for one in (index, first, second)]
    assert 202 == setting.signer.ask("DELETE", simple.path(NAME, name)).status
    assert [200, 403, 403] == [setting.pull(one).status for one in (index, first, second)]


def test_other_keys_count_as_soon_as_they_are_written(setting: Setting) -> None:
    setting.sign(setting.push(), BOB)
    assert 403 == setting.pull().status
    setting.keys.write_bytes(ALICE.public() + BOB.public())
    setting.wait()
    assert 200 == setting.pull().status
    setting.keys.unlink()
    setting.wait()
    assert "keyring.file-absent" == setting.refused()


@pytest.mark.parametrize(
    ("requirement", "code"),
    [
        ({"type": "reject"}, "verdict.rejected"),
        ({"type": "insecureAcceptAnything"}, "verdict.allowed-unchecked"),
    ],
)
def test_what_no_signature_decides_is_not_given_out(
    setting: Setting, requirement: Mapping[str, str], code: str
) -> None:
    setting.sign(setting.push())
    setting.demand(requirement)
    setting.wait()
    assert code == setting.refused()


def test_a_policy_that_breaks_lets_nothing_pass(setting: Setting) -> None:
    setting.sign(setting.push())
    assert 200 == setting.pull().status
    setting.policy.write_text('{"default": []}')
    setting.wait()
    assert setting.refused().startswith("containers.")
    with pytest.raises(DocumentError):
        Policies([setting.table])


def test_a_verdict_by_keys_is_looked_at_anew_after_a_while(setting: Setting) -> None:
    digest = setting.push()
    setting.sign(digest)
    policies = Policies([setting.table])
    try:
        for expected in (True, False):
            storage = setting.registry.content.storage
            found = judge(storage, setting.table, policies.look(setting.table), NAME, digest, ())
            assert expected == found.accepted
            assert found.until is not None
            assert found.until <= clock.now() + timedelta(seconds=limits.SIGNED_ONLY_KEY_SECONDS)
            setting.keys.write_bytes(BOB.public())
            setting.wait()
    finally:
        policies.close()
