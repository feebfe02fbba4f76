"""Images on this machine, shared with real programs: skopeo, podman, and Docker's API as podman offers it."""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from peers import programs
from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import NetworkError, NotFoundError, RegistryError, StorageError, UsageError
from sealwright.interfaces import Repository
from sealwright.repositories.locating import locate, opened
from sealwright.repositories.registry import RegistryClient
from world.content import put_image

Open = Callable[..., Repository]


def no_client() -> RegistryClient:
    raise AssertionError("no registry is named")


def put(location: str, text: str = "hello") -> Descriptor:
    """Write an image of one layer there."""
    with opened(locate(location), no_client, write=True) as repository:
        return put_image(repository, text=text)


def taken(location: str) -> tuple[bytes, list[bytes]]:
    """The configuration and the layers of the image there, each checked against its digest."""
    with opened(locate(location), no_client) as repository:
        parsed = manifests.parse(repository.manifest(repository.resolve("")))
        assert parsed.config is not None
        config = b"".join(repository.open_blob(parsed.config))
        return config, [b"".join(repository.open_blob(layer)) for layer in parsed.layers]


def digest(location: str) -> Digest:
    with opened(locate(location), no_client) as repository:
        return repository.resolve("").digest


def skopeo(*arguments: object) -> str:
    done = subprocess.run(
        ["skopeo", "--insecure-policy", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def config_of(location: str) -> bytes:
    """The configuration as skopeo sees it."""
    return skopeo("inspect", "--config", "--raw", location).encode()


@pytest.mark.peer("skopeo")
@pytest.mark.parametrize("name", ["", ":registry.example/ns/app:v1", ":app"])
def test_an_archive_that_we_write_is_read_by_skopeo(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "image.tar"
    put(f"docker-archive:{archive}{name}")
    skopeo("copy", f"docker-archive:{archive}{name}", f"dir:{tmp_path / 'out'}")
    assert taken(f"docker-archive:{archive}")[0] == config_of(f"docker-archive:{archive}").strip()
    with tarfile.open(archive) as tar:
        (listed,) = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]  # it is there
    expected = {"": [], ":app": ["docker.io/library/app:latest"]}
    assert expected.get(name, [name[1:]]) == listed["RepoTags"]


@pytest.mark.peer("skopeo")
def test_an_archive_that_skopeo_writes_is_read_and_always_the_same(tmp_path: Path) -> None:
    written = put(f"dir:{tmp_path / 'dir'}")
    for number in (1, 2):
        archive = tmp_path / f"{number}.tar"
        skopeo("copy", f"dir:{tmp_path / 'dir'}", f"docker-archive:{archive}:registry.example/app:v1")
    assert taken(f"dir:{tmp_path / 'dir'}")[0] == taken(f"docker-archive:{tmp_path / '1.tar'}")[0]
    found = {
        digest(f"docker-archive:{tmp_path / f'{number}.tar'}:registry.example/app:v1") for number in (1, 2)
    }
    assert 1 == len(found)
    assert written.digest not in found
    with opened(locate(f"docker-archive:{tmp_path / '1.tar'}"), no_client) as repository:
        assert media_types.DOCKER_MANIFEST == repository.resolve("").media_type
    with pytest.raises(NotFoundError, match="library/other:latest"):
        taken(f"docker-archive:{tmp_path / '1.tar'}:other")


@pytest.mark.peer("skopeo")
def test_an_archive_of_several_images_asks_which(tmp_path: Path) -> None:
    archive = tmp_path / "image.tar"
    put(f"dir:{tmp_path / 'one'}", "one")
    put(f"dir:{tmp_path / 'two'}", "two")
    podman = Podman(tmp_path)
    try:
        for name in ("one", "two"):
            skopeo("copy", f"dir:{tmp_path / name}", f"{podman.storage}localhost/{name}:v1")
        podman.run(
            "save", "--multi-image-archive", "--output", archive, "localhost/one:v1", "localhost/two:v1"
        )
    finally:
        podman.close()
    with pytest.raises(UsageError, match="2 images") as caught:
        taken(f"docker-archive:{archive}")
    assert "localhost/one:v1, localhost/two:v1" in str(caught.value)
    one, two = (taken(f"docker-archive:{archive}:localhost/{name}:v1") for name in ("one", "two"))
    assert one != two
    assert taken(f"dir:{tmp_path / 'one'}")[0] == one[0]


class Podman:
    """podman with a storage of its own; `storage` is how skopeo and we call that."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sealwright-"))  # podman takes no long path
        self._places = [
            *("--root", str(self.folder / "root"), "--runroot", str(self.folder / "run")),
            *("--storage-driver", "vfs"),
        ]
        self.storage = f"containers-storage:[vfs@{self.folder / 'root'}+{self.folder / 'run'}]"

    def command(self, *arguments: object) -> list[str]:
        return ["podman", *self._places, *map(str, arguments)]

    def run(self, *arguments: object) -> str:
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, check=False, timeout=120
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    def close(self) -> None:
        shutil.rmtree(self.folder)


@pytest.fixture
def podman(tmp_path: Path) -> Iterator[Podman]:
    made = Podman(tmp_path)
    yield made
    made.close()


def without(name: str, folder: Path) -> str:
    """A PATH on which a program is not."""
    folder.mkdir()
    for other in ("podman", "skopeo", "newuidmap", "newgidmap", "crun", "runc", "conmon"):
        path = shutil.which(other)
        if other != name and path is not None:
            (folder / other).symlink_to(path)
    return str(folder)


@pytest.mark.peer("skopeo", "podman")
@pytest.mark.parametrize("program", ["skopeo", "podman"])
def test_the_storage_of_podman_is_read_and_written_through_either_program(
    podman: Podman, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    other = {"skopeo": "podman", "podman": "skopeo"}[program]
    image = f"{podman.storage}localhost/ns/app:v1"
    with monkeypatch.context() as only:
        only.setenv("PATH", without(other, tmp_path / "bin"))
        put(image)
        config, layers = taken(image)
    assert "localhost/ns/app" in podman.run("images", "--format", "{{.Repository}}")
    assert 1 == len(layers)
    assert config == config_of(image).strip()
    with pytest.raises(NotFoundError, match="holds nothing under"):
        taken(f"{podman.storage}localhost/ns/nothing:v1")


def test_without_either_program_what_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageError, match="skopeo or podman") as caught:
        taken("containers-storage:app")
    assert "layout.program-missing" == caught.value.code


@pytest.fixture
def docker(podman: Podman, monkeypatch: pytest.MonkeyPatch) -> Iterator[Podman]:
    """Docker's API on a socket."""
    path = podman.folder / "docker.sock"
    process = subprocess.Popen(
        podman.command("system", "service", "--time", "0", f"unix://{path}"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 10
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    yield podman
    process.terminate()
    process.wait(10)


@pytest.mark.peer("podman")
def test_an_image_goes_to_docker_and_comes_back(docker: Podman) -> None:
    image = "docker-daemon:registry.example/ns/app:v1"
    put(image)
    assert "registry.example/ns/app" in docker.run("images", "--format", "{{.Repository}}")
    config, layers = taken(image)
    assert "amd64" == json.loads(config)["architecture"]
    assert 1 == len(layers)
    identifier = docker.run("images", "--quiet", "--no-trunc").strip()
    assert taken(f"docker-daemon:{identifier}") == (config, layers)
    with pytest.raises(NotFoundError, match="docker-daemon holds nothing under"):
        taken("docker-daemon:registry.example/ns/nothing:v1")


@pytest.mark.peer("podman")
def test_podman_loads_an_archive_that_we_write(podman: Podman, tmp_path: Path) -> None:
    archive = tmp_path / "image.tar"
    put(f"docker-archive:{archive}:registry.example/ns/app:v1")
    assert "registry.example/ns/app:v1" in podman.run("load", "--input", archive)
    podman.run("save", "--output", tmp_path / "again.tar", "registry.example/ns/app:v1")
    assert taken(f"docker-archive:{archive}") == taken(f"docker-archive:{tmp_path / 'again.tar'}")


@pytest.mark.peer("podman", "docker")
def test_the_docker_program_loads_and_saves_what_we_write_and_read(docker: Podman, tmp_path: Path) -> None:
    def run(*arguments: object) -> None:
        done = subprocess.run(
            ["docker", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120
        )
        assert 0 == done.returncode, done.stderr

    archive = tmp_path / "image.tar"
    put(f"docker-archive:{archive}:registry.example/ns/app:v1")
    run("load", "--input", archive)
    run("save", "--output", tmp_path / "again.tar", "registry.example/ns/app:v1")
    found = taken("docker-daemon:registry.example/ns/app:v1")
    assert found == taken(f"docker-archive:{archive}") == taken(f"docker-archive:{tmp_path / 'again.tar'}")


@pytest.mark.peer("podman", "skopeo")
def test_skopeo_finds_in_docker_what_we_put_there(docker: Podman, tmp_path: Path) -> None:
    put("docker-daemon:registry.example/ns/app:v1")
    daemon = os.environ["DOCKER_HOST"]
    skopeo(
        "copy",
        *("--src-daemon-host", daemon),
        "docker-daemon:registry.example/ns/app:v1",
        f"dir:{tmp_path / 'out'}",
    )
    assert taken("docker-daemon:registry.example/ns/app:v1")[0] == taken(f"dir:{tmp_path / 'out'}")[0]


@pytest.mark.peer("podman")
def test_docker_says_why_it_does_not_take_something(docker: Podman, tmp_path: Path) -> None:
    from sealwright.repositories.docker_daemon import DockerDaemon  # noqa: PLC0415  # where it is needed

    junk = tmp_path / "junk.tar"
    junk.write_bytes(b"no archive")
    with pytest.raises(RegistryError, match="answered 500") as caught:
        DockerDaemon().load(junk)
    assert "layout.daemon-refused" == caught.value.code


def test_docker_that_does_not_run_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'none.sock'}")
    with pytest.raises(NetworkError, match="Docker at unix://"):
        taken("docker-daemon:app:v1")
    monkeypatch.setenv("DOCKER_HOST", "ssh://host.example")
    with pytest.raises(UsageError, match="neither unix:// nor tcp://"):
        taken("docker-daemon:app:v1")


@pytest.mark.peer("skopeo")
def test_skopeo_and_we_share_folders_of_images(tmp_path: Path) -> None:
    written = put(f"dir:{tmp_path / 'ours'}")
    skopeo("copy", f"dir:{tmp_path / 'ours'}", f"dir:{tmp_path / 'theirs'}")
    assert written.digest == digest(f"dir:{tmp_path / 'theirs'}")
    assert taken(f"dir:{tmp_path / 'ours'}") == taken(f"dir:{tmp_path / 'theirs'}")
    assert programs.find("skopeo") is not None
