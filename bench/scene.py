"""What the measured commands work on: a PKI, a policy, a layout and a registry, all in one folder.

The image has one small layer. In the layout and in the registry it carries one signature by a P-256 key over
a chain of three certificates; the policy is `strict` and trusts the root.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Platform
from sealwright.digest import Digest
from sealwright.interfaces import Repository
from sealwright.reference import Reference
from sealwright.repositories.layout import open_directory
from sealwright.repositories.registry import RegistryClient
from sealwright.transport.client import Transport
from sealwright.transport.tls import VerifiedTls
from sealwright.workflow.build import build

PASSPHRASE = "for the benchmark only"  # noqa: S105  # of keys that are thrown away
SUBJECT = "C=US, ST=WA, O=Acme Rockets"


class Scene(NamedTuple):
    """Where everything is. `image` and `layout` are signed; the `unsigned` ones are for signing."""

    folder: Path
    port: int
    environment: Mapping[str, str]
    layout: str
    image: str
    unsigned_layout: str
    unsigned: str

    def seal(self, program: str, *arguments: str) -> str:
        """Run a command that must end well; gives what it printed."""
        done = subprocess.run(
            [program, *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"seal {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def scene(folder: Path, seal: str) -> Iterator[Scene]:
    """Make the scene with the installed program; the registry runs while the block does."""
    (folder / "home").mkdir(parents=True)
    with reopened(folder) as made:
        _make_image(folder, "layout")
        _make_image(folder, "unsigned")
        made.seal(seal, "pki", "init", "--subject", SUBJECT, "--trust-store", "acme")
        made.seal(seal, "pki", "issue", "build", "--add-key")
        made.seal(seal, "policy", "init", "--trust-store", "ca:acme")
        made.seal(seal, "push", made.layout, made.unsigned)
        made.seal(seal, "push", made.layout, made.image)
        made.seal(seal, "sign", made.layout)
        made.seal(seal, "sign", made.image)
        yield made


@contextmanager
def reopened(folder: Path) -> Iterator[Scene]:
    """A scene that was made before, with its registry on another port."""
    environment = {
        "HOME": str(folder / "home"),
        "PATH": os.environ["PATH"],
        "SEALWRIGHT_ROOT": str(folder / "root"),
        "SEALWRIGHT_PASSPHRASE": PASSPHRASE,
    }
    with _registry(folder / "registry") as port:
        yield Scene(
            folder,
            port,
            environment,
            layout=f"oci:{folder / 'layout'}:v1",
            image=f"localhost:{port}/net-monitor:v1",
            unsigned_layout=f"oci:{folder / 'unsigned'}:v1",
            unsigned=f"localhost:{port}/unsigned:v1",
        )


def many(at: Scene, seal: str, count: int) -> list[str]:
    """Push that many images into twenty repositories and sign each; gives their names, by digest."""
    names = []
    for number in range(count):
        name = f"localhost:{at.port}/many/{number % 20}"
        with repository(name) as target:
            names.append(f"{name}@{sparse_image(target, number)}")
    for first in range(0, count, 50):
        at.seal(seal, "sign", *names[first : first + 50])
    return names


@contextmanager
def repository(name: str) -> Iterator[Repository]:
    """A repository of the registry, to read and to write."""
    reference = Reference.parse(name)
    with closing(Transport(VerifiedTls())) as transport:
        yield RegistryClient(transport, plain_http=True).repository(
            reference.domain, reference.path, write=True
        )


def sparse_image(target: Repository, number: int) -> Digest:
    """Push an image without layers that no other number has; gives its digest."""
    config = manifests.describe(manifests.EMPTY_CONFIG, media_types.EMPTY)
    target.push_blob(config, lambda: iter((manifests.EMPTY_CONFIG,)))
    members = {
        "mediaType": media_types.IMAGE_MANIFEST,
        "config": config,
        "layers": [config],
        "annotations": {"org.example.number": str(number)},
    }
    return target.push_manifest(manifests.encode(members), media_types.IMAGE_MANIFEST).digest


def small_image(target: Repository, number: int) -> Digest:
    """Push an image of one small layer that no other number has; gives its digest."""
    layer = f"layer {number}".encode()
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [str(Digest.of(layer))]},
        }
    ).encode()
    layer_descriptor = manifests.describe(layer, media_types.IMAGE_LAYER_TAR)
    config_descriptor = manifests.describe(config, media_types.IMAGE_CONFIG)
    target.push_blob(layer_descriptor, lambda: iter((layer,)))
    target.push_blob(config_descriptor, lambda: iter((config,)))
    members = {
        "mediaType": media_types.IMAGE_MANIFEST,
        "config": config_descriptor,
        "layers": [layer_descriptor],
    }
    return target.push_manifest(manifests.encode(members), media_types.IMAGE_MANIFEST).digest


@contextmanager
def _registry(folder: Path) -> Iterator[int]:
    """`seal serve` of the checkout, on a free port."""
    command = [sys.executable, "-m", "sealwright", "serve", "--port", "0", "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        process.stdout.readline()
        yield int(said.rpartition(":")[2])
    finally:
        process.terminate()
        process.wait(20)


def _make_image(folder: Path, name: str) -> None:
    """A layout with one image of one small layer."""
    content = folder / f"{name}-content"
    content.mkdir()
    (content / "name").write_text(f"{name}\n")
    with open_directory(str(folder / name), write=True) as layout:
        build(layout, [content], platform=Platform("amd64", "linux"), tag="v1")
