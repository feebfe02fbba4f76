"""notation's command line: each case is run with our program and, where it is there, with the real one.

Our program is `python -m sealwright notation` of the interpreter that runs the tests, or whatever
SEALWRIGHT_DIALECT_PROGRAM names (words as in a shell), such as the link `notation` of an installed wheel.
"""

import os
import pkgutil
import shlex
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

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


Started = Mapping[str, Future[Setting]]


@pytest.fixture(scope="session")
def started(
    request: pytest.FixtureRequest, shelf: Shelf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Started]:
    """Every case that was selected, started in its turn; as many at a time as there are processors."""
    folder = tmp_path_factory.mktemp("homes")
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        futures = {}
        for number, item in enumerate(request.session.items):
            parameters: Any = getattr(item, "callspec", None)
            if "started" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("skip"):
                case, line, who = (parameters.params[name] for name in ("case", "line", "who"))
                futures[item.nodeid] = pool.submit(_run, case, line, who, folder / str(number), shelf)
        yield futures
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize(("case", "line", "who"), RUNS)
def test_a_command_line_is_answered_as_the_table_says(
    case: Case, line: Line, who: str, started: Started, request: pytest.FixtureRequest
) -> None:
    judge(case, line, started[request.node.nodeid].result(), ours=who == "ours")


def test_names_of_cases_are_unique() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_there_are_at_least_150_cases() -> None:
    assert len(CASES) >= 150


def test_every_difference_is_told_in_the_docs() -> None:
    page = " ".join(PAGE.read_text().split())
    assert [] == [case.differs for case in CASES if case.differs and case.differs not in page]


def _run(case: Case, line: Line, who: str, folder: Path, shelf: Shelf) -> Setting:
    setting = Setting(folder, shelf, case, line)
    run(case, line, _ours() if who == "ours" else _peer(who), setting)
    return setting


def _ours() -> list[str]:
    named = os.environ.get("SEALWRIGHT_DIALECT_PROGRAM")
    return shlex.split(named) if named else [sys.executable, "-m", "sealwright", "notation"]


def _peer(name: str) -> list[str]:
    program = programs.find(name)
    assert program is not None
    return [program]
