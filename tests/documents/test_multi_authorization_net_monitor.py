"""The page `multi_authorization_net_monitor.md`, run with our notation, and with the real one."""

import shutil
from pathlib import Path

import pytest

from documents import runner
from documents.test_hardware_key_net_monitor import plugin_for
from documents.test_local_registry_net_monitor import OURS, programs_for
from world.home import Home
from world.registry import free_port

PAGE = (Path(__file__).parent / "multi_authorization_net_monitor.md").read_text()
PROCEDURE = (
    "IMAGE=localhost:5000/net-monitor@",
    "notation sign $IMAGE --key ",
    "cat << EOF > ${HOME}/.config/notation/trustpolicy.json",
    "notation verify $IMAGE",
)
"""How the command lines of the published procedure begin, in its order, as far as rules change it."""


def test_the_page_has_the_commands_of_the_procedure_in_its_order() -> None:
    commands = iter([command.text for _, block in runner.blocks(PAGE) for command in block])
    missing = [line for line in PROCEDURE if not any(command.startswith(line) for command in commands)]
    assert [] == missing


@pytest.mark.parametrize(
    ("notation", "line"),
    [
        (OURS, "1.3.2"),
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
    programs = frozenset() if notation == OURS else frozenset({"real-notation"})

    said = runner.run(PAGE.replace("5000", str(free_port())), home.folder, environment, programs)

    commands = sum(len(block) for needed, block in runner.blocks(PAGE) if needed <= programs)
    assert commands == len(said)
