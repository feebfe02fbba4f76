"""The container image of the service: made and signed by our own code, judged by the programs of others.

It is made of Debian's archive as this machine has it, and runs in a chroot.
"""

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers import programs
from sealwright.digest import Digest
from sealwright.version import __version__
from world.registry import Registry, free_port
from world.wire import Wire

CHROOT = programs.find("chroot") or "chroot"
PROJECT = Path(__file__).parents[2]
BUILD = PROJECT / "deploy/image/build.py"
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/var/lib/sealwright"}
FOLDER = {"SEALWRIGHT_SERVE_STORAGE_FOLDER": "/var/lib/sealwright/registry"}

pytestmark = [
    pytest.mark.peer("mmdebstrap", "skopeo", "umoci", "chroot"),
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="a root file system belongs to root"),
    pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="Debian 12 has Python 3.11"),
]


def run(name: str, *arguments: object) -> str:
    program = programs.find(name) or name
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the image in `layout`, and what it holds in `bundle/rootfs`."""
    made = tmp_path_factory.mktemp("image")
    run(sys.executable, BUILD, made / "layout", "--keep", made / "kept")
    run("umoci", "unpack", "--image", f"{made / 'layout'}:{__version__}", made / "bundle")
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def root(folder: Path) -> Path:
    return folder / "bundle" / "rootfs"


def inside(root: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run `seal` in the image, as its user and with nothing but its environment."""
    return subprocess.run(
        [CHROOT, "--userspec=10001:10001", str(root), "/usr/local/bin/seal", *arguments],
        env=ENVIRONMENT | FOLDER | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def blob(folder: Path, digest: str) -> Path:
    return folder / "layout/blobs/sha256" / digest.partition(":")[2]


def test_its_configuration_names_user_entrypoint_and_labels(folder: Path) -> None:
    layout = f"oci:{folder / 'layout'}:{__version__}"
    config = json.loads(run("skopeo", "inspect", "--config", layout))
    assert platform.machine() == {"amd64": "x86_64", "arm64": "aarch64"}[config["architecture"]]
    assert ["/usr/local/bin/seal", "serve"] == config["config"]["Entrypoint"]
    assert "10001:10001" == config["config"]["User"]
    assert __version__ == config["config"]["Labels"]["org.opencontainers.image.version"]
    assert "1970-01-01T00:00:00Z" == config["created"]
    assert 2 == len(config["rootfs"]["diff_ids"])


def test_its_layers_tell_nothing_of_when_and_where_they_were_made(folder: Path) -> None:
    layout = f"oci:{folder / 'layout'}:{__version__}"
    manifest = json.loads(run("skopeo", "inspect", "--raw", layout))
    for layer in manifest["layers"]:
        with tarfile.open(blob(folder, layer["digest"])) as tar:
            entries = tar.getmembers()
        names = [Path(entry.name) for entry in entries]
        assert sorted(names) == names
        assert {0} == {entry.mtime for entry in entries}
        assert {""} == {entry.uname for entry in entries} | {entry.gname for entry in entries}
        assert not any(entry.isdev() for entry in entries)
    owners = {entry.name: entry.uid for entry in entries}
    assert {10001} == {owner for name, owner in owners.items() if name == "var/lib/sealwright"}
    assert {0} == {owner for name, owner in owners.items() if name != "var/lib/sealwright"}


def test_the_same_files_give_the_same_image(folder: Path) -> None:
    first = run("skopeo", "inspect", "--raw", f"oci:{folder / 'layout'}:{__version__}")
    for path in (folder / "kept").rglob("*"):
        os.utime(path, follow_symlinks=False)
    again = run(sys.executable, BUILD, folder / "layout", "--keep", folder / "kept", "--tag", "again")
    assert str(Digest.of(first.encode())) == again.split()[-1]


def test_the_program_runs_in_it(root: Path) -> None:
    done = inside(root, "version")
    assert (0, f"seal {__version__}") == (done.returncode, done.stdout.splitlines()[0])


def test_its_settings_can_be_checked_in_it(root: Path) -> None:
    good = inside(root, "serve", "--check-config")
    assert (0, "") == (good.returncode, good.stderr)
    assert "folder: /var/lib/sealwright/registry, to be made" in good.stdout
    bad = inside(root, "serve", "--check-config", SEALWRIGHT_SERVE_STORAGE_FOLDER="/usr/registry")
    assert (2, True) == (bad.returncode, "service.folder-unusable" in bad.stderr)
    assert not (root / "var/lib/sealwright/registry").exists()


@pytest.mark.parametrize(
    "module", ["psycopg", "obstore", "uvloop", "httptools", "prometheus_client", "joserfc"]
)
def test_whatever_the_service_may_need_is_in_it(root: Path, module: str) -> None:
    command = [CHROOT, str(root), "/usr/bin/python3", "-c", f"import {module}"]
    assert 0 == subprocess.run(command, env=ENVIRONMENT, check=False).returncode


def test_the_service_answers_in_it(root: Path) -> None:
    port = free_port()
    command = [CHROOT, "--userspec=10001:10001", str(root), "/usr/local/bin/seal", "serve"]
    serving = subprocess.Popen(
        [*command, "--port", str(port)],
        env=ENVIRONMENT | FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert serving.stdout is not None
        assert f"http://127.0.0.1:{port}" in serving.stdout.readline()
        wire = Wire(f"127.0.0.1:{port}")
        assert 200 == wire.ask("GET", "/readyz").status
        wire.push_blob("a", b"blob")
    finally:
        serving.send_signal(signal.SIGTERM)
        assert 0 == serving.wait(30)
    serving.stdout.close()


def test_it_can_be_pushed_signed_verified_and_copied(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SEALWRIGHT_PASSPHRASE", "open sesame")
    with Registry(tmp_path / "registry") as registry:
        image = f"{registry.local}/sealwright:{__version__}"
        seal("pki", "init", "--subject", "C=US, ST=WA, O=Acme", "--trust-store", "acme")
        seal("pki", "issue", "build", "--add-key")
        seal("policy", "init", "--trust-store", "ca:acme")
        seal("push", "--plain-http", f"oci:{folder / 'layout'}:{__version__}", image)
        assert 1 == seal("verify", "--plain-http", image, status=1)
        seal("sign", "--plain-http", "--key", "build", image)
        seal("verify", "--plain-http", image)
        copied = f"oci:{tmp_path / 'copied'}:v1"
        run("skopeo", "copy", "--src-tls-verify=false", f"docker://{image}", copied)
        original = run("skopeo", "inspect", "--raw", f"oci:{folder / 'layout'}:{__version__}")
        assert original == run("skopeo", "inspect", "--raw", copied)


def seal(*arguments: str, status: int = 0) -> int:
    command = [sys.executable, "-m", "sealwright", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert status == done.returncode, done.stderr
    return done.returncode
