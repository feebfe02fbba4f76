"""GPG signatures of real clients on the service: skopeo and podman sign, append, pull, and are refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from peers.container_clients import PASSWORD, PLAIN, Clients
from sealwright.service.accounts.actions import accounts, grants
from sealwright.service.configuration.rights import Right
from sealwright.service.storage import Storage
from world import simple
from world.named import as_user
from world.registry import DebianRegistry, Registry
from world.storages import Storages
from world.wire import Wire

pytestmark = pytest.mark.peer("skopeo", "gpg")


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[Clients]:
    with Registry(tmp_path / "registry") as registry:
        made = Clients(tmp_path, registry.address)
        yield made
        made.close()


def test_skopeo_signs_appends_and_pulls_over_the_extension(clients: Clients) -> None:
    image = f"{clients.address}/ns/app"
    clients.push(f"{image}:v1", signer="alice")
    clients.pull(f"{image}:v1", "alice")
    clients.pull(f"{image}:v1", "bob", fails="Invalid GPG signature")
    clients.push(f"{image}:v1", signer="bob", source=f"docker://{image}:v1")
    clients.pull(f"{image}:v1", "alice")
    clients.pull(f"{image}:v1", "bob")
    found = clients.wire.ask("GET", "/api/v1/images?repository=ns/app&reference=v1").json
    assert [("simple", "signed", f"{image}:v1")] * 2 == [
        (one["format"], one["kind"], one["claimed"]["reference"]) for one in found["signatures"]
    ]


def test_an_image_without_a_signature_is_pulled_and_refused_under_a_policy(clients: Clients) -> None:
    image = f"{clients.address}/ns/plain:v1"
    clients.push(image)
    clients.pull(image)
    clients.pull(image, "alice", fails="A signature was required, but no signature exists")


def test_two_tags_and_two_signers_on_one_digest_lose_nothing(clients: Clients) -> None:
    image = f"{clients.address}/ns/both"
    for tag in ("v1", "v2"):
        for signer in ("alice", "bob"):
            clients.push(f"{image}:{tag}", signer=signer)
    digest = clients.wire.ask("HEAD", "/v2/ns/both/manifests/v1").headers["docker-content-digest"]
    assert 4 == len(simple.listed(clients.wire, "ns/both", digest))
    for tag in ("v1", "v2"):
        for signer in ("alice", "bob"):
            clients.pull(f"{image}:{tag}", signer)


def test_a_revoked_signature_no_longer_counts(clients: Clients) -> None:
    image = f"{clients.address}/ns/gone:v1"
    clients.push(image, signer="alice")
    clients.pull(image, "alice")
    (one,) = clients.wire.ask("GET", "/api/v1/signatures?repository=ns/gone").json["signatures"]
    revoked = clients.wire.ask("DELETE", f"/api/v1/signatures/{one['id']}?reason=key+lost")
    assert (200, "revoked") == (revoked.status, revoked.json["status"])
    clients.pull(image, "alice", fails="A signature was required, but no signature exists")


@pytest.mark.peer("docker-registry")
def test_another_registry_reads_ours_as_a_signature_store(clients: Clients, tmp_path: Path) -> None:
    """The image is pulled from a registry without the extension, its signatures from our lookaside."""
    image = f"{clients.address}/ns/app"
    for signer in ("alice", "bob"):
        clients.push(f"{image}:v1", signer=signer)
    with DebianRegistry(tmp_path / "debian") as other:
        clients.skopeo(
            clients.policy(),
            "copy",
            *PLAIN,
            "--remove-signatures",
            f"oci:{clients.layout}:v1",
            f"docker://{other.address}/ns/app:v1",
        )
        identity = {"type": "exactReference", "dockerReference": f"{image}:v1"}
        for base in (f"http://{clients.address}/lookaside", f"http://{clients.address}/lookaside/"):
            (clients.registries / "plain.yaml").write_text(
                json.dumps({"docker": {other.address: {"lookaside": base, "sigstore": base}}})
            )
            for signer in ("alice", "bob"):
                policy = clients.policy(signer)
                rule = json.loads(policy.read_text())["default"][0] | {"signedIdentity": identity}
                policy.write_text(json.dumps({"default": [rule]}))
                source = f"docker://{other.address}/ns/app:v1"
                clients.skopeo(policy, "copy", *PLAIN, source, f"dir:{tmp_path / 'pulled'}")
        for one in clients.wire.ask("GET", "/api/v1/signatures?repository=ns/app").json["signatures"]:
            clients.wire.ask("DELETE", f"/api/v1/signatures/{one['id']}")
        clients.skopeo(
            policy,
            *("copy", *PLAIN, source, f"dir:{tmp_path / 'pulled'}"),
            fails="A signature was required, but no signature exists",
        )


def podman_signs_and_pulls(clients: Clients, *, pushes: str = "", pulls: str = "") -> None:
    """What podman does with an image: push it signed, pull it under a policy, and refuse to."""
    image = f"{clients.address}/ns/podman:v1"
    to_push, to_pull = (("--creds", f"{user}:{PASSWORD}") if user else () for user in (pushes, pulls))
    clients.podman("pull", "--signature-policy", clients.policy(), f"oci:{clients.layout}:v1")
    identifier = clients.podman("images", "--quiet").split()[0]
    clients.podman(
        "push",
        *("--signature-policy", clients.policy(), "--remove-signatures", *to_push),
        *("--sign-by", "alice@example.com", identifier, f"docker://{image}"),
    )
    clients.podman("rmi", "--all", "--force")
    clients.podman(
        "pull", *to_pull, "--signature-policy", clients.policy("bob"), image, fails="Invalid GPG signature"
    )
    clients.podman("pull", *to_pull, "--signature-policy", clients.policy("alice"), image)


@pytest.mark.peer("podman")
def test_podman_pushes_signed_and_pulls_under_a_policy(clients: Clients) -> None:
    podman_signs_and_pulls(clients)


@pytest.fixture(params=["folder", pytest.param("shared", marks=pytest.mark.peer("postgres", "versitygw"))])
def guarded(tmp_path: Path, storages: Storages, request: pytest.FixtureRequest) -> Iterator[Clients]:
    """The same with accounts: one may sign, one may push, one may pull."""
    settings = storages.settings(request.param)
    storage = Storage.open(settings)
    rights: dict[str, tuple[Right, ...]] = {
        "signer": ("pull", "push", "sign"),
        "pusher": ("pull", "push"),
        "reader": ("pull",),
    }
    for name, held in rights.items():
        accounts.add_user(storage.database, "test", name, PASSWORD)
        grants.grant(storage.database, "test", name, "ns/*", held)
    storage.close()
    with Registry(settings) as registry:
        made = Clients(tmp_path, registry.address)
        yield made
        made.close()


def test_signing_is_a_right_of_its_own_also_for_skopeo(guarded: Clients) -> None:
    image = f"{guarded.address}/ns/app"
    guarded.push(f"{image}:v1", user="pusher")
    guarded.push(f"{image}:v1", user="pusher", signer="alice", fails="denied")
    guarded.pull(f"{image}:v1", "alice", user="reader", fails="A signature was required")
    assert guarded.wire.ask("GET", "/v2/").headers["www-authenticate"].startswith("Bearer realm=")
    made = [(tag, signer) for tag in ("v1", "v2") for signer in ("alice", "bob")]
    for tag, signer in made:
        guarded.push(f"{image}:{tag}", user="signer", signer=signer)
    for tag, signer in made:
        guarded.pull(f"{image}:{tag}", signer, user="reader")
    guarded.pull(f"{image}:v1", "alice", fails="unauthorized")
    reader = Wire(guarded.address, as_user("reader", PASSWORD))
    rows = reader.ask("GET", "/api/v1/signatures").json["signatures"]
    assert ["signer"] * len(made) == [row["attachedBy"] for row in rows]
    assert 403 == reader.ask("DELETE", f"/api/v1/signatures/{rows[0]['id']}").status


@pytest.mark.peer("docker-registry")
def test_credentials_in_the_address_of_the_signature_store_are_used(guarded: Clients, tmp_path: Path) -> None:
    image = f"{guarded.address}/ns/app:v1"
    guarded.push(image, user="signer", signer="alice")
    with DebianRegistry(tmp_path / "debian") as other:
        source = f"docker://{other.address}/ns/app:v1"
        guarded.skopeo(
            guarded.policy(),
            *("copy", *PLAIN, "--remove-signatures", f"oci:{guarded.layout}:v1", source),
        )
        policy = guarded.policy("alice")
        identity = {"type": "exactReference", "dockerReference": image}
        rule = json.loads(policy.read_text())["default"][0] | {"signedIdentity": identity}
        policy.write_text(json.dumps({"default": [rule]}))
        for user, fails in ((f"reader:{quote(PASSWORD)}@", ""), ("", "status 401")):
            base = f"http://{user}{guarded.address}/lookaside"
            (guarded.registries / "plain.yaml").write_text(
                json.dumps({"docker": {other.address: {"lookaside": base, "sigstore": base}}})
            )
            guarded.skopeo(policy, "copy", *PLAIN, source, f"dir:{tmp_path / 'pulled'}", fails=fails)


@pytest.mark.peer("curl")
def test_the_calls_of_openshifts_manual_run_as_they_are_written(guarded: Clients, tmp_path: Path) -> None:
    guarded.push(f"{guarded.address}/ns/app:v1", user="pusher")
    reader = Wire(guarded.address, as_user("reader", PASSWORD))
    digest = reader.ask("HEAD", "/v2/ns/app/manifests/v1").headers["docker-content-digest"]
    content = simple.signed(digest)
    signature = json.loads(simple.encoded(digest, content, version=2, schemaVersion=None))
    file = tmp_path / "signature.json"
    file.write_text(json.dumps(signature, indent=2))
    url = f"http://signer:{quote(PASSWORD)}@{guarded.address}{simple.path('ns/app', digest)}"
    guarded.run("curl", "--fail", "-X", "PUT", "--data", f"@{file}", url)
    answer = json.loads(guarded.run("curl", "--fail", url))
    (listed,) = answer["signatures"]
    assert (signature["name"], signature["content"], 2) == (
        listed["name"],
        listed["content"],
        listed["schemaVersion"],
    )


@pytest.mark.peer("podman")
def test_podman_signs_as_one_account_and_pulls_as_another(guarded: Clients) -> None:
    podman_signs_and_pulls(guarded, pushes="signer", pulls="reader")
    guarded.podman("rmi", "--all", "--force")
    image = f"{guarded.address}/ns/podman:v1"
    guarded.podman("pull", "--signature-policy", guarded.policy("alice"), image, fails="unauthorized")
