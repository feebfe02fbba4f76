"""The page `gpg_signing_rhel.md`, run with our `atomic`, and with the real gpg, docker-registry and curl."""

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents import runner
from peers import programs
from world.home import Home
from world.registry import free_port

PAGE = (Path(__file__).parent / "gpg_signing_rhel.md").read_text()
PROCEDURE = (
    "gpg2 --batch --gen-key ",
    "gpg2 --armor --export --output mysignkey.gpg jjsmith@example.com",
    "gpg2 --list-keys",
    "atomic sign localhost:5000/jjsmith/mybusybox",
    "atomic push -t docker localhost:5000/jjsmith/hangman:latest",
    "atomic push --anonymous --sign-by jjsmith@example.com   \\\n",
    "cp mysignkey.gpg $ETC/pki/containers/",
    "atomic trust show",
    "atomic trust default reject",
    "atomic trust show",
    "atomic pull localhost:5000/centos",
    "atomic trust add localhost:5000 --type insecureAcceptAnything",
    "atomic pull localhost:5000/centos",
    "atomic trust add localhost:5001    \\\n    --pubkeys $ETC/pki/rpm-gpg/RPM-GPG-KEY-redhat-release \\\n",
    "atomic trust show",
    "atomic trust add \\\n    --pubkeys $ETC/pki/rpm-gpg/RPM-GPG-KEY-redhat-release \\\n",
    "atomic pull rhel7/etcd",
)
"""How the command lines of the published procedure begin, in its order, with the servers of the page."""


def test_the_page_has_the_commands_of_the_procedure_in_its_order() -> None:
    commands = iter([command.text for _, block in runner.blocks(PAGE) for command in block])
    missing = [line for line in PROCEDURE if not any(command.startswith(line) for command in commands)]
    assert [] == missing


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short path: the agents of gpg keep their sockets in it."""
    made = Path(tempfile.mkdtemp(prefix="seal-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def _programs(folder: Path) -> None:
    """Put `atomic`, `python3` and `gpg2` into a folder: of this checkout, or of an installed wheel."""
    folder.mkdir()
    named = os.environ.get("SEALWRIGHT_DIALECT_PROGRAM")
    if named:
        installed = Path(shlex.split(named)[0]).parent
        (folder / "atomic").symlink_to(installed / "seal")
        python = str(installed / "python")
    else:
        start = "import sys; del sys.argv[0]; from sealwright.programs import main; main()"
        (folder / "atomic").write_text(f'#!/bin/sh\nexec "{sys.executable}" -c \'{start}\' "$0" "$@"\n')
        (folder / "atomic").chmod(0o755)
        python = sys.executable
    (folder / "python3").write_text(f'#!/bin/sh\nexec "{python}" "$@"\n')
    (folder / "python3").chmod(0o755)
    gpg = programs.find("gpg")
    assert gpg is not None
    (folder / "gpg2").symlink_to(gpg)


@pytest.mark.peer("gpg", "docker-registry", "curl")
def test_the_page_runs_as_it_is_written(short: Path) -> None:
    home = Home(short / "joe")
    shutil.rmtree(home.notation.parent)  # the page starts with an empty home
    _programs(short / "bin")
    environment = {
        **home.environment,
        "PATH": f"{short / 'bin'}:{home.environment['PATH']}",
        "LC_ALL": "C.UTF-8",
    }
    page = PAGE
    ports = sorted(free_port() for _ in range(3))  # names of registries are shown in their order
    for written, port in zip(("5000", "5001", "5002"), ports, strict=True):
        page = page.replace(written, str(port))
    at_hand = frozenset({"skopeo"} if programs.find("skopeo") else ())
    said = runner.run(page, home.folder, environment, at_hand)
    ran = [block for needed, block in runner.blocks(PAGE) if needed <= at_hand]
    assert sum(map(len, ran)) == len(said)
