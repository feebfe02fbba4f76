"""notation's command line: each case is run with our program and, where it is there, with the real one.

Our program is `python -m sealwright notation` of the interpreter that runs the tests, or whatever
SEALWRIGHT_DIALECT_PROGRAM names (words as in a shell), such as the link `notation` of an installed wheel.
"""

import os
import pkgutil
import shlex
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from dialects import cases
from dialects.case import NEW, OLD, Case, Line
from dialects.setting import Setting, judge, run
from dialects.shelf import Shelf
from peers import programs

PEERS = {NEW: "notation2", OLD: "notation"}
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "notation-dialect.md"


def _all() -> list[Case]:
    found: list[Case] = []
    for module in pkgutil.iter_modules(cases.__path__):
        found += import_module(f"dialects.cases.{module.name}").CASES
    return found


CASES = _all()
RUNS = [
    pytest.param(case, line, who, id=f"{who}-{line}: {case.name}", marks=marks)
    for case in CASES
    for line in case.lines
    for who, marks in (("ours", ()), (PEERS[line], pytest.mark.peer(PEERS[line])))
]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    made = Shelf(tmp_path_factory.mktemp("shelf"))
    yield made
    made.close()


@pytest.mark.parametrize(("case", "line", "who"), RUNS)
def test_a_command_line_is_answered_as_the_table_says(
    case: Case, line: Line, who: str, shelf: Shelf, tmp_path: Path
) -> None:
    setting = Setting(tmp_path, shelf, case, line)
    run(case, line, _ours() if who == "ours" else _peer(who), setting)
    judge(case, line, setting, ours=who == "ours")


def test_names_of_cases_are_unique() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_there_are_at_least_150_cases() -> None:
    assert len(CASES) >= 150


def test_every_difference_is_told_in_the_docs() -> None:
    page = " ".join(PAGE.read_text().split())
    assert [] == [case.differs for case in CASES if case.differs and case.differs not in page]


def _ours() -> list[str]:
    named = os.environ.get("SEALWRIGHT_DIALECT_PROGRAM")
    return shlex.split(named) if named else [sys.executable, "-m", "sealwright", "notation"]


def _peer(name: str) -> list[str]:
    program = programs.find(name)
    assert program is not None
    return [program]
