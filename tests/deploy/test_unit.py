"""`deploy/systemd/sealwright.service`, as systemd reads it."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest

from peers import programs
from sealwright.service.configuration import Configuration, load

UNIT = Path(__file__).parents[2] / "deploy/systemd/sealwright.service"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program in place of ours so that systemd finds what it starts."""
    program = tmp_path / "seal"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    made = tmp_path / UNIT.name
    made.write_text(UNIT.read_text().replace("/usr/local/bin/seal", str(program)))
    return made


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    program = programs.find("systemd-analyze")
    assert program is not None
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.peer("systemd-analyze")
def test_systemd_finds_no_fault(unit: Path) -> None:
    done = analyze("verify", "--man=no", str(unit))
    assert (0, "") == (done.returncode, "".join(x for x in done.stderr.splitlines() if UNIT.name in x))


@pytest.mark.peer("systemd-analyze")
def test_what_is_exposed_is_little(unit: Path) -> None:
    done = analyze("security", "--offline=true", "--threshold=20", str(unit))
    assert 0 == done.returncode, done.stdout


def test_the_environment_that_it_sets_is_of_settings() -> None:
    reader = configparser.RawConfigParser(strict=False)
    reader.read(UNIT)
    name, _, value = reader["Service"]["environment"].partition("=")
    assert "/var/lib/sealwright/registry" == load(None, {name: value}).storage.folder


def test_it_is_given_time_to_end() -> None:
    seconds = re.search(r"^TimeoutStopSec=(\d+)$", UNIT.read_text(), re.MULTILINE)
    assert seconds is not None
    assert Configuration().server.shutdown_grace_seconds < int(seconds[1])
