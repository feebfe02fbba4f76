"""A home with PKI, key and policy, and images in a layout and a registry: made once, copied for each."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.descriptor import Descriptor, Platform
from sealwright.repositories.layout import open_directory
from sealwright.workflow.build import build
from world.registry import Registry
from world.seal import Ended, seal

SUBJECT = "C=US, ST=WA, O=Acme"


def good(ended: Ended) -> Ended:
    """The command, known to have ended well."""
    assert 0 == ended.code, ended
    return ended


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which `seal pki` made everything; the key is called build."""
    home = tmp_path_factory.mktemp("made") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.delenv("XDG_CONFIG_HOME", raising=False)
        patch.delenv("NOTATION_CONFIG", raising=False)
        patch.setenv("SEALWRIGHT_PASSPHRASE", "open sesame")
        good(seal("pki", "init", "--subject", SUBJECT, "--trust-store", "acme"))
        good(seal("pki", "issue", "build", "--add-key"))
        good(seal("policy", "init", "--trust-store", "ca:acme"))
    return home


@pytest.fixture
def home(made_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the made home as this test's own, with the passphrase in the environment."""
    own = tmp_path / "home"
    shutil.copytree(made_home, own)
    keys = own / ".config/notation/signingkeys.json"
    keys.write_text(keys.read_text().replace(str(made_home), str(own)))
    monkeypatch.setenv("HOME", str(own))
    monkeypatch.setenv("SEALWRIGHT_PASSPHRASE", "open sesame")
    return own


@pytest.fixture
def notation(home: Path) -> Path:
    """notation's folder in that home."""
    return home / ".config/notation"


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """One registry for all tests; each uses a repository of its own."""
    with Registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture
def layout(tmp_path: Path) -> str:
    """`oci:FOLDER:v1`, a small image of two layers."""
    folder = tmp_path / "layout"
    make_image(folder, tmp_path, "v1")
    return f"oci:{folder}:v1"


@pytest.fixture
def image(layout: str, home: Path, registry: Registry, request: pytest.FixtureRequest) -> str:
    """The same image in the registry, in a repository of this test's own, by tag."""
    name = request.node.name.lower().replace("[", "-").replace("]", "").strip("-_")[:80]
    name = "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")
    reference = f"{registry.local}/{name}:v1"
    good(seal("push", layout, reference))
    return reference


def make_image(folder: Path, scratch: Path, tag: str) -> Descriptor:
    """Build a small image into a layout."""
    layers = [scratch / f"{tag}-{number}" for number in (1, 2)]
    for layer in layers:
        (layer / "etc").mkdir(parents=True, exist_ok=True)
        (layer / "etc" / layer.name).write_text(f"layer {layer.name}\n")
    with open_directory(str(folder), write=True) as layout:
        return build(layout, layers, platform=Platform("amd64", "linux"), entrypoint=["/bin/true"], tag=tag)
