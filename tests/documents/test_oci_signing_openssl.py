"""The page `oci_signing_openssl.md`, run from top to bottom: with each real notation, with ours, with none.

Blocks that need `notation` name beside it `peer` or `ours` where the real one and ours differ.
"""

import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents import runner
from peers import programs
from peers.notation import BOTH
from world import images
from world.home import Home
from world.registry import Registry

HERE = Path(__file__).parent
PAGE = (HERE / "oci_signing_openssl.md").read_text()
IMAGE = "net-monitor"
OURS = "ours"

PROCEDURE = (HERE / "procedure.txt").read_text().splitlines()
"""The command lines of the published procedure as they stand there; only the image's name was replaced."""


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry(tmp_path / "registry") as running:
        name = f"{running.local}/{IMAGE}"
        images.push(name, "v1")
        images.push(name, "unsigned")
        yield running


def test_the_page_has_every_command_of_the_procedure_in_its_order() -> None:
    commands = [command.text.partition("\n")[0] for _, block in runner.blocks(PAGE) for command in block]
    places = [commands.index(line) for line in PROCEDURE]
    assert sorted(places) == places


@pytest.mark.peer("openssl")
@pytest.mark.parametrize("name", [*BOTH, OURS, ""])
def test_the_page_runs_as_it_is_written(name: str, registry: Registry, tmp_path: Path) -> None:
    home = Home(tmp_path / "user")
    shutil.rmtree(home.notation.parent)  # the page starts with an empty home
    for file in (HERE / "openssl").iterdir():
        shutil.copy(file, home.folder)
    here = tmp_path / "bin"
    here.mkdir()
    seal = here / "seal"
    seal.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sealwright "$@"\n')
    seal.chmod(seal.stat().st_mode | stat.S_IXUSR)
    if name == OURS:
        notation = here / "notation"
        notation.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sealwright notation "$@"\n')
        notation.chmod(0o755)
    elif name:
        found = programs.find(name)
        assert found is not None
        (here / "notation").symlink_to(found)
    environment = {
        **home.environment,
        "PATH": f"{here}:{home.environment['PATH']}",
        "LC_ALL": "C.UTF-8",
        "REGISTRY": registry.local,
        "IMAGE": IMAGE,
        "TAG": "v1",
    }
    at_hand = frozenset({"notation", OURS if name == OURS else "peer"} if name else ())
    said = runner.run(PAGE, home.folder, environment, at_hand)
    wanted = [block for needed, block in runner.blocks(PAGE) if needed <= at_hand]
    assert sum(map(len, wanted)) == len(said)
