"""Signed only by a policy.json, with the real skopeo: what it signs is given out, and nothing else is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.container_clients import PLAIN, Clients
from sealwright.service.configuration.signed_only import SignedOnly
from world.named import NamedRegistry

pytestmark = pytest.mark.peer("skopeo", "gpg")

USERS = {"reader": {"*": {"pull"}}, "signer": {"*": {"pull", "push", "sign"}}}
REGISTRY = "registry.example"


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[Clients]:
    """The policy of the registry wants alice's signature below `prod/`."""
    key = {"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(tmp_path / "alice.gpg")}
    policy = tmp_path / "registry.json"
    policy.write_text(
        json.dumps({"default": [{"type": "reject"}], "transports": {"docker": {f"{REGISTRY}/prod": [key]}}})
    )
    table = SignedOnly("prod/*", "enforce", str(policy), registry=REGISTRY)
    with NamedRegistry(tmp_path / "registry", USERS, (table,)) as registry:  # type: ignore[arg-type]  # sets of words
        made = Clients(tmp_path, registry.address)
        yield made
        made.close()


def test_only_what_the_policy_accepts_is_given_out(clients: Clients) -> None:
    identity = ("--sign-identity", f"{REGISTRY}/prod/app:v1")
    image = f"{clients.address}/prod/app:v1"
    clients.push(image, user="signer")
    clients.pull(image, user="signer")
    clients.pull(image, user="reader", fails="denied")
    for signer, fails in (("bob", "denied"), ("alice", "")):
        clients.skopeo(
            clients.policy(),
            "copy",
            *PLAIN,
            *("--sign-by", f"{signer}@example.com", *identity, "--dest-creds", "signer:x"),
            f"oci:{clients.layout}:v1",
            f"docker://{image}",
        )
        clients.pull(image, user="reader", fails=fails)
