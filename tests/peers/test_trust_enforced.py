"""What `seal trust` and `seal atomic` write, real clients enforce."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.container_clients import PLAIN, Clients
from world.home import Done
from world.registry import DebianRegistry

pytestmark = pytest.mark.peer("skopeo", "gpg", "docker-registry")

SIGNED = ("alice", "bob")
"""Who signed the image `ns/app:v1`; each with a key of their own."""


class Machine:
    """A machine whose trust we change, and whose files real clients read."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.root = clients.folder / "root"
        self.policy = self.root / "etc" / "containers" / "policy.json"
        self.registries = self.root / "etc" / "containers" / "registries.d"
        self.store = clients.folder / "store"
        self.image = f"{clients.address}/ns/app:v1"
        self.scope = f"{clients.address}/ns"

    def seal(self, *words: object, typed: str = "") -> Done:
        """Run `seal` there."""
        done = subprocess.run(
            [sys.executable, "-m", "sealwright", *map(str, words)],
            env={**self.clients.environment, "SEALWRIGHT_ROOT": str(self.root)},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def must(self, *words: object) -> str:
        """The same, and it has to succeed; gives what it prints."""
        done = self.seal(*words)
        assert 0 == done.status, done
        return done.out

    def pull(self, fails: str = "") -> None:
        """Let skopeo copy the image under the policy of the machine."""
        self.clients.run(
            "skopeo",
            *("--policy", self.policy, "--registries.d", self.registries, "copy", *PLAIN),
            *(f"docker://{self.image}", f"dir:{self.clients.folder / 'pulled'}"),
            fails=fails,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with DebianRegistry(tmp_path / "registry") as registry:
        clients = Clients(tmp_path, registry.address)
        made = Machine(clients)
        clients.push(made.image)
        made.store.mkdir()
        yield made
        clients.close()


def keys(machine: Machine, *names: str, flag: str = "--key") -> list[object]:
    return [word for name in names for word in (flag, machine.clients.folder / f"{name}.gpg")]


def sign(machine: Machine, *names: str) -> None:
    for name in names:
        machine.must(
            *("podman", "image", "sign", "--sign-by", f"{name}@example.com", "-d", machine.store),
            f"docker://{machine.image}",
        )


def test_skopeo_obeys_what_was_said(machine: Machine) -> None:
    machine.must("trust", "default", "reject")
    machine.pull(fails="is rejected by policy")
    machine.must("trust", "add", machine.scope, "--type", "accept")
    machine.pull()
    store = ("--store", machine.store.as_uri())
    machine.must("trust", "add", machine.scope, *keys(machine, "alice"), *store, "--force")
    machine.pull(fails="A signature was required, but no signature exists")
    sign(machine, "alice")
    machine.pull()
    machine.must("trust", "delete", machine.scope)
    machine.pull(fails="is rejected by policy")


@pytest.mark.parametrize("flag", ["--key", "--key-path"])
@pytest.mark.parametrize(
    ("several", "signers", "passes"),
    [
        ("any", ("alice",), True),
        ("any", (), False),
        ("all", ("alice",), False),
        ("all", ("alice", "bob"), True),
    ],
)
def test_any_or_all_of_several_keys(
    several: str, signers: tuple[str, ...], passes: object, flag: str, machine: Machine
) -> None:
    sign(machine, *signers)
    machine.must("trust", "default", "reject")
    chosen = keys(machine, *SIGNED, flag=flag)
    machine.must("trust", "add", machine.scope, *chosen, "--keys", several, "--store", machine.store.as_uri())
    machine.pull(fails="" if passes else "Source image rejected: ")


def test_a_mirror_is_signed_under_another_name(machine: Machine) -> None:
    machine.must("trust", "default", "reject")
    store = ("--store", machine.store.as_uri())
    machine.must(
        "trust", "add", machine.scope, *keys(machine, "alice"), *store, "--mirror-of", "other.example"
    )
    sign(machine, "alice")
    machine.pull(fails="is not accepted")
    machine.must(
        *("trust", "add", machine.scope, *keys(machine, "alice"), *store, "--force"),
        *("--mirror-of", machine.scope),
    )
    machine.pull()


def test_what_atomic_says_skopeo_obeys_and_atomic_too(machine: Machine) -> None:
    pulled = ("atomic", "pull", "--storage", f"oci:{machine.clients.folder / 'layout2'}", machine.image)
    machine.must("atomic", "trust", "default", "reject")
    machine.must(
        *("atomic", "trust", "add", machine.clients.address, "-s", machine.store.as_uri()),
        *("-k", machine.clients.folder / "alice.gpg"),
    )
    machine.pull(fails="A signature was required, but no signature exists")
    refused = machine.seal(*pulled)
    assert (1, True) == (
        refused.status,
        "Source image rejected: A signature was required, but no signature exists" in refused.err,
    )
    machine.clients.run(
        "podman",
        *("image", "sign", "--sign-by", "alice@example.com", "-d", machine.store),
        f"docker://{machine.image}",
    )
    machine.pull()
    machine.must(*pulled)


@pytest.mark.peer("podman")
def test_images_of_podman_are_pushed_and_pulled(machine: Machine) -> None:
    settings = machine.root / "etc" / "atomic.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("default_storage: containers-storage\ndiscover_sigstores: false\n")
    storage = machine.clients.folder / "storage.conf"
    places = (f'{name} = "{machine.clients.containers / name}"\n' for name in ("graphroot", "runroot"))
    storage.write_text(f'[storage]\ndriver = "vfs"\n{"".join(places)}')
    machine.clients.environment["CONTAINERS_STORAGE_CONF"] = str(storage)
    machine.must("atomic", "pull", machine.image)
    assert machine.image.removesuffix(":v1") in machine.clients.run("podman", "images")
    other = machine.image.replace(":v1", ":v2")
    machine.clients.run("podman", "tag", machine.image, other)
    said = machine.must("atomic", "push", "--anonymous", "--sign-by", "alice@example.com", other)
    assert "Signing manifest\n" in said
    machine.clients.run("skopeo", "inspect", "--tls-verify=false", f"docker://{other}")
