"""The page `local_registry_net_monitor.md`, run with our notation, in both lines, and with the real one."""

import shutil
import sys
from pathlib import Path

import pytest

from documents import runner
from peers import programs
from world.home import Home
from world.registry import free_port

PAGE = (Path(__file__).parent / "local_registry_net_monitor.md").read_text()
PROCEDURE = (
    "IMAGE=localhost:5000/net-monitor@",
    "notation ls $IMAGE",
    "cd $CONFIG_PATH",
    "notation sign $IMAGE --key ",
    "cat << EOF > ${HOME}/.config/notation/trustpolicy.json",
    "notation verify $IMAGE",
)
"""How the command lines of the published procedure begin, in its order; what docker does there we do here."""

OURS = "ours"


def programs_for(folder: Path, notation: str) -> None:
    """Put `seal`, `python3` and `notation` into a folder."""
    folder.mkdir()
    seal = folder / "seal"
    start = "import sys; del sys.argv[0]; from sealwright.programs import main; main()"
    seal.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c \'{start}\' "$0" "$@"\n')
    python = folder / "python3"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    for file in (seal, python):
        file.chmod(0o755)
    found = programs.find(notation)
    (folder / "notation").symlink_to(seal if found is None or notation == OURS else found)


def test_the_page_has_the_commands_of_the_procedure_in_its_order() -> None:
    commands = iter([command.text for _, block in runner.blocks(PAGE) for command in block])
    missing = [line for line in PROCEDURE if not any(command.startswith(line) for command in commands)]
    assert [] == missing


@pytest.mark.parametrize(
    ("notation", "line"),
    [
        *((OURS, "2.0"), (OURS, "1.3.2")),
        pytest.param("notation", "", marks=pytest.mark.peer("notation")),
        pytest.param("notation2", "", marks=pytest.mark.peer("notation2")),
    ],
)
def test_the_page_runs_as_it_is_written(notation: str, line: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "user")
    shutil.rmtree(home.notation.parent)  # the page starts with an empty home
    programs_for(tmp_path / "bin", notation)
    environment = {
        **home.environment,
        "PATH": f"{tmp_path / 'bin'}:{home.environment['PATH']}",
        "LC_ALL": "C.UTF-8",
        "SEALWRIGHT_NOTATION": line,
    }
    page = PAGE.replace("5000", str(free_port()))
    said = runner.run(page, home.folder, environment, frozenset())
    assert sum(len(block) for _, block in runner.blocks(PAGE)) == len(said)
