"""`podman image trust` and `podman image sign`: ours and the real one, on the same files."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers import programs
from peers.container_clients import LAYER, PLAIN, Clients
from sealwright.dialects.podman import program
from world import signers
from world.home import Done, Home
from world.registry import DebianRegistry
from world.small_layout import small_index
from world.trust_policies import POLICIES, REGISTRIES, SETTINGS, policy, write_registries

pytestmark = pytest.mark.peer("podman", "gpg")

CHANGED = (
    *("", "default alone", "no default", "null transports"),
    *("every transport", "members that nobody knows", "empty scope"),
)
"""Policies that are changed; no name stands for no file."""

LOGGED = ("time=", "Getting key identity: ", "Invalid trust type ")
"""How lines begin that are logged, which are not compared: they tell of times and of gpg's exit codes."""


class Both:
    """podman and ours, as one user.

    Attributes:
        keys: paths of files with keys.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "user")
        (folder / "bin").mkdir()
        gpg, self._podman = programs.find("gpg"), programs.find("podman")
        assert gpg is not None
        (folder / "bin" / "gpg2").symlink_to(gpg)  # podman calls gpg by this name, which Debian does not have
        self.home.environment["PATH"] = f"{folder / 'bin'}:{os.environ['PATH']}"
        with signers.made(folder, "alice", "bob") as people:
            self.keys = {name: str(people.public(name)) for name in ("alice", "bob")}
            self.keys["both"] = str(people.public("alice", "bob"))
        self.keys["data"] = base64.b64encode(Path(self.keys["both"]).read_bytes()).decode()

    def run(self, who: str, words: tuple[str, ...]) -> Done:
        """Run `image trust …`, without what was logged."""
        if who == "ours":
            done = self.home.inside(program.run, "image", "trust", *words)
        else:
            assert self._podman is not None
            done = self.home.run([self._podman, "image", "trust", *words])
        said = "".join(line for line in done.err.splitlines(keepends=True) if not line.startswith(LOGGED))
        return Done(done.status, done.out, said)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    return Both(tmp_path_factory.mktemp("both"))


@pytest.mark.parametrize("flags", [(), ("-n",), ("-j",), ("--raw",), ("a.io", "--noheading")])
@pytest.mark.parametrize("registries", REGISTRIES)
@pytest.mark.parametrize("name", POLICIES)
def test_trust_is_shown_as_podman_shows_it(
    name: str, registries: str, flags: tuple[str, ...], both: Both, tmp_path: Path
) -> None:
    if name == "several paths":
        pytest.skip("podman 4.3 does not look at keyPaths; later versions do, and so do we")
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy(both.keys, name)))
    write_registries(tmp_path / "rd", registries)
    words = ("show", "--policypath", str(file), "--registrypath", str(tmp_path / "rd"), *flags)
    theirs, ours = (both.run(who, words) for who in ("theirs", "ours"))
    assert theirs == ours


@pytest.mark.parametrize("words", SETTINGS, ids=" ".join)
@pytest.mark.parametrize("name", CHANGED)
def test_trust_is_changed_as_podman_changes_it(
    name: str, words: tuple[str, ...], both: Both, tmp_path: Path
) -> None:
    ended, written = [], []
    for who in ("theirs", "ours"):
        file = tmp_path / f"{who}.json"
        if name:
            file.write_text(json.dumps(policy(both.keys, name), ensure_ascii=False))
        ended.append(both.run(who, ("set", "--policypath", str(file), *words)))
        written.append(file.read_text() if file.exists() else None)
    assert ended[0] == ended[1]
    assert written[0] == written[1]


def test_broken_policies_are_told_alike(both: Both, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    for content in ("{", "", '{"default":[{"type":"reject"}', "{]", '{"default": tru}'):
        file.write_text(content)
        for words in (("show",), ("set", "-t", "reject", "a.io")):
            line = (words[0], "--policypath", str(file), *words[1:])
            theirs, ours = (both.run(who, line) for who in ("theirs", "ours"))
            assert theirs == ours, content
    missing = ("show", "--policypath", str(tmp_path / "none"))
    assert both.run("theirs", missing) == both.run("ours", missing)


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[Clients]:
    with DebianRegistry(tmp_path / "registry") as registry:
        made = Clients(tmp_path, registry.address)
        yield made
        made.close()


def sign(who: str, clients: Clients, *words: object) -> Done:
    """Run `image sign` as the user of the real programs."""
    podman = programs.find("podman")
    assert podman is not None
    begin = [podman] if who == "theirs" else [sys.executable, "-m", "sealwright", "podman"]
    done = subprocess.run(
        [*begin, "image", "sign", *map(str, words)],
        env={**clients.environment, "SEALWRIGHT_ROOT": str(clients.folder / "root")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.peer("skopeo", "docker-registry")
@pytest.mark.parametrize("who", ["theirs", "ours"])
def test_what_either_signs_skopeo_and_ours_accept(who: str, clients: Clients) -> None:
    image = f"{clients.address}/ns/app:v1"
    clients.push(image)
    store = clients.folder / "store"
    store.mkdir()
    for number, signer in enumerate(("alice", "bob"), 1):
        assert Done(0, "", "") == sign(
            who, clients, "--sign-by", f"{signer}@example.com", "-d", store, f"docker://{image}"
        )
        (folder,) = {path.parent for path in store.rglob("signature-*")}
        names = [f"signature-{count}" for count in range(1, number + 1)]
        assert names == sorted(path.name for path in folder.iterdir())
    assert 0o644 == (folder / "signature-1").stat().st_mode & 0o777
    assert folder.name.startswith("app@sha256=")
    assert "ns" == folder.parent.name
    settings = {"docker": {clients.address: {"lookaside": store.as_uri()}}}
    (clients.registries / "store.yaml").write_text(json.dumps(settings))
    for signer in ("alice", "bob"):
        clients.pull(image, signer)
        seal = [sys.executable, "-m", "sealwright", "verify", "--policy-file", str(clients.policy(signer))]
        own = clients.folder / ".config" / "containers"
        own.mkdir(parents=True, exist_ok=True)
        shutil.copytree(clients.registries, own / "registries.d", dirs_exist_ok=True)
        done = subprocess.run(
            [*seal, image], env=clients.environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert 0 == done.returncode, done


@pytest.mark.peer("skopeo", "docker-registry")
def test_everything_in_an_index_is_signed_and_not_itself(clients: Clients) -> None:
    layout = small_index(clients.folder / "both", {"amd64": LAYER, "arm64": LAYER + bytes(512)})
    image = f"{clients.address}/ns/many:v1"
    clients.skopeo(clients.policy(), "copy", "--all", *PLAIN, f"oci:{layout}:v1", f"docker://{image}")
    signed: dict[str, list[str]] = {}
    for who in ("theirs", "ours"):
        for flags in ((), ("-a",)):
            store = clients.folder / f"{who}{''.join(flags)}"
            store.mkdir()
            done = sign(
                who, clients, *flags, "--sign-by", "alice@example.com", "-d", store, f"docker://{image}"
            )
            assert Done(0, "", "") == done
            found = sorted(str(path.relative_to(store)) for path in store.rglob("signature-*"))
            assert found == signed.setdefault(" ".join(flags), found)
    assert [1, 2] == [len(found) for found in signed.values()]


@pytest.mark.peer("skopeo", "docker-registry")
def test_a_folder_for_writing_is_found_in_the_machines_settings(clients: Clients) -> None:
    image = f"{clients.address}/ns/app:v1"
    clients.push(image)
    system = clients.folder / "root" / "etc" / "containers" / "registries.d"
    system.mkdir(parents=True)
    base = clients.folder / "staged"
    content = {"docker": {f"{clients.address}/ns": {"lookaside-staging": base.as_uri()}}}
    (system / "a.yaml").write_text(json.dumps(content))
    words = ("--sign-by", "alice@example.com", f"docker://{image}")
    assert Done(0, "", "") == sign("ours", clients, *words)
    assert 1 == len(list(base.rglob("signature-1")))


@pytest.mark.peer("skopeo", "docker-registry")
@pytest.mark.parametrize("address", ["https://s.example/x", "ftp://y"])
def test_an_address_that_is_no_folder_is_told_alike(address: str, clients: Clients) -> None:
    image = f"{clients.address}/ns/app:v1"
    clients.push(image)
    own = clients.folder / ".config" / "containers" / "registries.d"
    own.mkdir(parents=True)
    (own / "a.yaml").write_text(json.dumps({"docker": {clients.address: {"lookaside-staging": address}}}))
    words = ("--sign-by", "alice@example.com", f"docker://{image}")
    theirs, ours = (sign(who, clients, *words) for who in ("theirs", "ours"))
    assert theirs == ours
    assert f"writing to {address}/ns/app is not supported" in ours.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("x",),
        ("--sign-by", "x"),
        ("--sign-by", "x", "-d", "/nope", "docker://a/b"),
        ("--sign-by", "x", "a/b"),
        ("--sign-by", "x", "wat:a/b"),
        ("--sign-by", "x", "docker:a/b"),
        ("--sign-by", "x", "docker://UP/b:x:y"),
        ("--sign-by", "x", "docker://a/b:"),
        ("--bogus",),
        ("-z",),
    ],
    ids=" ".join,
)
def test_command_lines_that_are_wrong_are_told_alike(
    words: tuple[str, ...], clients_without_images: Clients
) -> None:
    theirs, ours = (sign(who, clients_without_images, *words) for who in ("theirs", "ours"))
    assert theirs == ours


@pytest.fixture(scope="module")
def clients_without_images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    made = Clients(tmp_path_factory.mktemp("clients"), "127.0.0.1:9")
    yield made
    made.close()


@pytest.mark.peer("skopeo", "docker-registry")
@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (("--sign-by", "nobody", "IMAGE"), "Error: storing signature for NAME, sha256:"),
        (("--sign-by", "alice@example.com", "-a", "IMAGE"), "Error: IMAGE is not a multi-architecture image"),
        (("--sign-by", "alice@example.com", "IMAGEx"), "Error: getting image source: "),
    ],
)
def test_what_goes_wrong_later_begins_alike(words: tuple[str, ...], begins: str, clients: Clients) -> None:
    name = f"{clients.address}/ns/app:v1"
    clients.push(name)
    line = [word.replace("IMAGE", f"docker://{name}") for word in words]
    told = begins.replace("IMAGE", f"docker://{name}").replace("NAME", name)
    for who in ("theirs", "ours"):
        done = sign(who, clients, "-d", clients.folder, *line)
        assert (125, "") == (done.status, done.out)
        assert done.err.startswith(told), done
