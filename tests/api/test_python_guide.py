"""The guide's Python is run, block after block, and what it says is printed is compared.

`…` stands for anything. The world is that of the guide on the first signature: a real registry in the place
of localhost:5000, the key `build` below a PKI of Acme, its trust store, and the policy `default`.
"""

import contextlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import sealwright
from world import pki
from world.home import Home, pem, statement
from world.registry import Registry
from world.seal import seal

ROOT = Path(__file__).parents[2]
ADDRESS = "localhost:5000"
BLOCK = re.compile(r"^```(python|text)$\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """A block of code, and the block of what it prints, or an empty text."""

    code: str
    printed: str


def examples(page: str) -> Iterator[Example]:
    """The blocks of a page, in their order."""
    found = BLOCK.findall((ROOT / page).read_text())
    for number, (kind, text) in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else ("", "")
        if kind == "python":
            yield Example(text, following[1] if following[0] == "text" else "")


def fits(promised: str, printed: str) -> bool:
    """Whether what was printed is what was promised."""
    pattern = ".*".join(re.escape(part) for part in promised.split("…"))
    return re.fullmatch(pattern, printed) is not None


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where the registry is, and the names that the blocks share."""
    chain = pki.chain("ec256", subject=pki.name("build"))
    home = Home(tmp_path / "home")
    home.add_key("build", chain)
    home.trust("acme", chain.root)
    home.policy(statement("default", identities=("x509.subject: C=US, ST=WA, O=Acme",)))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(home.folder))
    monkeypatch.chdir(folder)
    shutil.copy(ROOT / "docs/hello-image.tar", folder)
    (folder / "root.pem").write_bytes(pem(chain.root))
    with Registry(tmp_path / "registry") as registry:
        hello = f"{registry.local}/hello:v1"
        for arguments in (
            ("push", "oci-archive:hello-image.tar", hello),
            ("copy", hello, f"{registry.local}/unsigned:v1"),
            ("sign", hello),
            ("copy", hello, "oci:./layout:v1"),
        ):
            assert 0 == seal(*arguments).code, arguments
        (location,) = (one.location for one in sealwright.list_signatures("oci:./layout:v1").signatures)
        blobs = folder / "layout/blobs/sha256"
        manifest = json.loads((blobs / location.removeprefix("sha256:")).read_bytes())
        envelope = manifest["layers"][0]["digest"].removeprefix("sha256:")
        shutil.copy(blobs / envelope, folder / "signature.jws")
        size = manifest["subject"]["size"]
        yield registry.local, {"device": chain.signer, "chain": chain.certificates, "size": size}


def test_the_python_guide_is_true(world: tuple[str, dict[str, Any]]) -> None:
    address, names = world
    todo = list(examples("docs/guides/python.md"))
    assert 15 < len(todo)
    for example in todo:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(example.code.replace(ADDRESS, address), names)  # noqa: S102  # the guide's own code
        printed = out.getvalue().replace(address, ADDRESS)
        assert fits(example.printed, printed), f"{example.code}\n--- promised\n{example.printed}--- {printed}"


def test_a_promise_that_is_not_kept_is_found() -> None:
    assert fits("a … c\n", "a b c\n")
    assert not fits("a … c\n", "a b c\nd\n")
    assert not fits("a\n", "")
