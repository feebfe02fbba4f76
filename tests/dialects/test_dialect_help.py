"""Our help names the commands and flags that the real notation's help names, with types and defaults."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from dialects.case import NEW, OLD
from peers import programs
from sealwright.dialects import cobra
from sealwright.dialects.cobra import Command
from sealwright.dialects.cobra_help import help_text
from sealwright.dialects.notation.program import root
from world.home import Home

_FLAG = re.compile(r"^ +(?:-(\w), )?--([\w-]+)(?: (string|int|duration|stringArray))?   +(.*)$", re.MULTILINE)
_COMMAND = re.compile(r"^  ([a-z][\w-]*) ", re.MULTILINE)
_DEFAULT = re.compile(r"\(default (?!to )([^)]*)\)$")


class Shown(NamedTuple):
    """What a help text names."""

    usage: str
    aliases: str
    commands: frozenset[str]
    flags: Mapping[str, tuple[str, str, str]]


def read(text: str) -> Shown:
    """A help text without its prose."""
    _, _, rest = text.rpartition("Usage:\n")
    usage = rest.partition("\n")[0].strip()
    aliases = rest.partition("Aliases:\n")[2].partition("\n")[0].strip()
    listed = rest.partition("Available Commands:\n")[2].partition("\n\n")[0]
    flags = {
        name: (short, kind, default[1] if (default := _DEFAULT.search(words)) else "")
        for short, name, kind, words in _FLAG.findall(rest.partition("\nFlags:\n")[2])
    }
    return Shown(usage, aliases, frozenset(_COMMAND.findall(listed)), flags)


def paths(line: str) -> list[str]:
    """Every command, by its path without the program's name."""
    found: list[str] = []

    def walk(command: Command, path: str) -> None:
        found.append(path)
        for each in cobra.subcommands(command, line):
            if not each.hidden:
                walk(each, f"{path} {each.name}".strip())

    walk(root(line), "")
    return found


@pytest.mark.peer("notation")
@pytest.mark.parametrize("path", paths(OLD))
def test_the_help_of_a_command_names_what_notation_names(path: str, home: Home) -> None:
    program = programs.find("notation")
    assert program is not None
    theirs = read(home.run([program, *path.split(), "--help"]).out)
    assert theirs == read(ours(path, OLD))


@pytest.mark.parametrize("line", [NEW, OLD])
def test_every_command_has_help_in_lines_of_a_readable_width(line: str) -> None:
    for path in paths(line):
        text = ours(path, line)
        assert f"notation {path}".strip() in text
        assert [] == [row for row in text.partition("Usage:")[0].splitlines() if len(row) > 110]


def test_the_new_line_has_some_commands_more() -> None:
    blob = {"inspect", "policy", "policy import", "policy init", "policy show", "sign", "verify"}
    more = {"certificate cleanup-test", "blob", *(f"blob {name}" for name in blob)}
    assert more == set(paths(NEW)) ^ set(paths(OLD))


def test_the_page_has_every_command_and_flag_of_each_line() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/notation-dialect.md").read_text()
    block = page.partition("<!-- begin: notation-commands -->")[2].partition("<!-- end:")[0]
    told: dict[str, set[tuple[str, str]]] = {NEW: set(), OLD: set()}
    for row in block.splitlines()[4:]:
        if not row.startswith("| `"):
            continue
        command, where, flags, state = (cell.strip() for cell in row.strip("|").split(" | "))
        assert state.startswith("complete")
        lines = (NEW, OLD) if where == "both" else (where,)
        for line in lines:
            told[line].add((command.strip("`"), ""))
        for names, only in re.findall(r"`([^`]+)`(?: \(([\d., ]+)\))?", flags):
            for line in only.split(", ") if only else lines:
                told[line].add((command.strip("`"), names.rpartition("--")[2]))
    for line, found in told.items():
        assert known(line) == found


def known(line: str) -> set[tuple[str, str]]:
    """The commands of a line that do something, each alone and with each of its flags."""
    found = set()
    for path in paths(line):
        command, _, _ = cobra.find(root(line), tuple(path.split()), line)
        if command.run is not None:
            found |= {(path, ""), *((path, flag.name) for flag in command.flags)}
    return found


def ours(path: str, line: str) -> str:
    command, whole, rest = cobra.find(root(line), tuple(path.split()), line)
    assert () == rest
    return help_text(command, whole)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("help") / "home")
