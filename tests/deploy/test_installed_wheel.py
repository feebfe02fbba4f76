"""The wheel as a user installs it: complete, without extras, and nothing in it that is not the product."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import PurePath

import pytest

from world.installed import CORE, Installed, installed

IMPORT_ALL = """
import importlib, json, pkgutil, sys
import sealwright
found = [one.name for one in pkgutil.walk_packages(sealwright.__path__, "sealwright.")
         if not one.name.startswith(("sealwright.service", "sealwright.__main__"))]
of_extras = {"sealwright.keys.openpgp.certificates", "sealwright.keys.openpgp.secrets"}
assert of_extras <= set(found)
for name in found:
    try:
        importlib.import_module(name)
    except ImportError as error:
        assert (error.name, name in of_extras) == ("pysequoia", True), (name, error)
from sealwright.cli.program import COMMANDS
for name in COMMANDS:
    module = name.replace("-", "_")
    assert importlib.import_module(f"sealwright.cli.commands.{module}").command.name == name
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def wheel() -> Installed:
    return installed()


def run(*command: object) -> subprocess.CompletedProcess[str]:
    words: Sequence[str] = [*map(str, command)]
    environment = {"HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_core_imports_every_module_and_command_without_the_extras(wheel: Installed) -> None:
    done = run(wheel.python, "-I", "-W", "error", "-c", IMPORT_ALL)
    assert (0, "") == (done.returncode, done.stderr)
    names = json.loads(done.stdout)
    assert {"sealwright.workflow.verify", "sealwright.dialects.notation.program"} <= set(names)


def test_nothing_is_installed_but_the_core_requirements(wheel: Installed) -> None:
    names = 'd.metadata["Name"].lower() for d in m.distributions()'
    listing = f"import importlib.metadata as m; print(*sorted({names}))"
    done = run(wheel.python, "-I", "-c", listing)
    assert sorted((*CORE, "sealwright")) == done.stdout.split()


def test_what_the_wheel_requires_is_there(wheel: Installed) -> None:
    done = run(sys.executable, "-m", "pip", "--python", wheel.python, "check")
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_wheel_holds_the_package_and_no_tests(wheel: Installed) -> None:
    with zipfile.ZipFile(wheel.wheel) as archive:
        names = archive.namelist()
    tops = {PurePath(name).parts[0] for name in names}
    (metadata,) = tops - {"sealwright"}
    assert metadata.startswith("sealwright-")
    assert metadata.endswith(".dist-info")
    parts = {part for name in names for part in PurePath(name).parts}
    assert set() == parts & {"tests", "conftest.py", "bench", "fuzz", "demo", "docs", "__pycache__"}
    assert {f"{metadata}/licenses/{name}" for name in ("LICENSE", "NOTICE")} <= set(names)


def test_serving_without_the_service_extra_is_one_clear_sentence(wheel: Installed) -> None:
    done = run(wheel.seal, "serve")
    assert (2, "") == (done.returncode, done.stdout)
    sentence, hint = done.stderr.splitlines()
    assert sentence.startswith("error: the service needs the module ")
    assert sentence.endswith(" which is not installed [service.not-installed]")
    assert "hint: install sealwright[service]" == hint


def test_the_program_answers_to_both_of_its_names(wheel: Installed) -> None:
    assert run(wheel.seal, "--version").stdout.startswith("seal ")
    assert "sealwright" in run(wheel.notation, "version").stdout


def test_the_same_sources_are_installed_once(wheel: Installed) -> None:
    first, second = installed(), installed()
    assert first == second
    assert first.wheel.stat().st_mtime_ns == second.wheel.stat().st_mtime_ns
