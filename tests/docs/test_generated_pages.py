"""What the pages say of commands, reasons, exit codes and limits is what the program has.

The blocks are made by `docs/generated.py`; the tests look at them from the other side, too, so that a
fault there cannot agree with itself.
"""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from sealwright import limits, reasons
from sealwright.cli import exit_codes
from sealwright.cli.program import COMMANDS

ROOT = Path(__file__).parents[2]


def _generated() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generated", ROOT / "docs/generated.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATED = _generated()
ALL_COMMANDS = {ctx.command_path: ctx.command for ctx in GENERATED.commands(GENERATED.root_context())}


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


@pytest.mark.parametrize("name", list(GENERATED.BLOCKS))
def test_the_block_is_as_the_program_makes_it(name: str) -> None:
    file = ROOT / GENERATED.BLOCKS[name][0]
    text = file.read_text()

    assert GENERATED.with_block(text, name) == text, "run python docs/generated.py, or make docs"


def test_a_page_without_the_block_is_an_error() -> None:
    with pytest.raises(ValueError, match="no block help"):
        GENERATED.with_block("# A page\n", "help")


def test_the_readme_shows_the_real_help() -> None:
    environment = {"PATH": "", "HOME": "/nonexistent", "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-m", "sealwright", "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"```text\n{done.stdout}```\n" in (ROOT / "README.md").read_text()


def test_every_command_has_its_heading() -> None:
    headings = set(re.findall(r"^##+ (seal .+)$", page("reference/commands.md"), re.MULTILINE))

    assert set(ALL_COMMANDS) == headings
    assert {f"seal {name}" for name in COMMANDS} <= headings


@pytest.mark.parametrize("path", list(ALL_COMMANDS))
def test_every_flag_of_the_command_is_named(path: str) -> None:
    text = page("reference/commands.md")
    start = re.search(rf"^##+ {path}$", text, re.MULTILINE)
    assert start is not None
    section = re.split(r"^##+ seal ", text[start.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    if "(#flags-for-registries)" in section:
        section += text.partition("begin: registry-flags")[2].partition("end: registry-flags")[0]
    flags = {
        flag
        for parameter in ALL_COMMANDS[path].params
        if isinstance(parameter, click.Option)
        for flag in parameter.opts
    }

    named = " ".join(re.findall(r"^\| `(.+?)` \|", section, re.MULTILINE)).replace(",", " ").split()

    assert set() == flags - set(named) - {"--help", "-h"}


def test_every_reason_code_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `([a-z_]+\.[a-z0-9-]+)` \|", page("reference/reasons.md"), re.MULTILINE)

    assert sorted(reasons.codes()) == sorted(documented)


@pytest.mark.parametrize("code", list(reasons.codes()))
def test_the_reason_stands_with_its_sentence(code: str) -> None:
    (row,) = [line for line in page("reference/reasons.md").splitlines() if line.startswith(f"| `{code}` |")]
    said = re.sub(r"\\(.)|\*", r"\1", row)

    class Names(dict[str, object]):
        def __missing__(self, name: str) -> object:
            return _Name(name)

    assert f"| {reasons.sentence(code, Names())} |" in said
    assert reasons.hint(code, Names()) in said


class _Name:
    """Shows itself as its own name, in whatever way a sentence asks."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name

    __str__ = __repr__


def test_every_reason_that_a_page_names_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    pattern = re.compile(rf"`((?:{'|'.join(reasons.AREAS)})\.[a-z][a-z-]+)`")
    named = {code for path in pages for code in pattern.findall(path.read_text())}
    named -= {"key.pem", "policy.json", "registries.conf"}  # files of other programs

    named -= {"registries.conf", "policy.json"}  # files of podman's
    assert set() == named - set(reasons.codes())
    assert "verdict.unsigned" in named


def test_the_exit_codes_are_those_of_the_table() -> None:
    block = page("reference/exit-codes.md").partition("end: exit-codes")[0]
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", block, re.MULTILINE)

    assert list(exit_codes.TABLE) == [(int(number), words) for number, words in rows]


def test_every_limit_is_documented() -> None:
    documented = re.findall(r"^\| `([A-Z0-9_]+)` \| .+ \| .+ \|$", page("reference/limits.md"), re.MULTILINE)

    assert sorted(name for name in limits.__all__ if name != "AREAS") == sorted(documented)
