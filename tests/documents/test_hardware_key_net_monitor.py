"""The page `hardware_key_net_monitor.md`, run with our notation, in both lines, and with the real one."""

import shutil
import sys
from pathlib import Path

import pytest

from documents import runner
from documents.test_local_registry_net_monitor import OURS, programs_for
from world.home import Home
from world.registry import free_port
from world.tokens import MODULE

PAGE = (Path(__file__).parent / "hardware_key_net_monitor.md").read_text()
PROCEDURE = (
    "IMAGE=localhost:5000/net-monitor@",
    "notation ls $IMAGE",
    "cd $CONFIG_PATH",
    "notation sign $IMAGE --key ",
    "cat << EOF > ${HOME}/.config/notation/trustpolicy.json",
    "notation verify $IMAGE",
)
"""How the command lines of the published procedure begin, in its order; what docker does there we do here."""

pytestmark = pytest.mark.peer("softhsm2-util")


def plugin_for(folder: Path) -> None:
    """Put `notation-sealwright` beside the other programs."""
    plugin = folder / "notation-sealwright"
    start = "import sys; del sys.argv[0]; from sealwright.programs import main; main()"
    plugin.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c \'{start}\' "$0" "$@"\n')
    plugin.chmod(0o755)


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
    plugin_for(tmp_path / "bin")
    environment = {
        **home.environment,
        "PATH": f"{tmp_path / 'bin'}:{home.environment['PATH']}",
        "LC_ALL": "C.UTF-8",
        "SEALWRIGHT_NOTATION": line,
    }
    page = PAGE.replace("5000", str(free_port())).replace("/usr/lib/softhsm/libsofthsm2.so", MODULE)
    programs = frozenset() if notation == OURS else frozenset({"real-notation"})

    said = runner.run(page, home.folder, environment, programs)

    commands = sum(len(block) for needed, block in runner.blocks(PAGE) if needed <= programs)
    assert commands == len(said)
