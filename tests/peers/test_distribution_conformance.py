"""The distribution specification's own conformance program, on the embedded registry.

Profile `dev` with sparse data: every test that the program has. The counts are asserted, so that a program
that quietly does less is noticed.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from peers import programs
from sealwright.service.accounts.actions import grants
from sealwright.service.configuration.storage import Storage as Settings
from world.accounts import ACTOR, Guarded
from world.registry import Registry
from world.round_robin import RoundRobin
from world.storages import Storages

TESTS = 1032
"""How many checks the program counts that `.ci/peers` builds (distribution-spec, commit 97274622c111)."""

APIS = 28
DATA = 24
"""How many parts of the protocol, and how many kinds of content, it sums them up for."""


SHARED = (pytest.mark.peer("postgres", "versitygw"),)


class Asked(NamedTuple):
    """Where the program is to ask, and what it is told of who it is there."""

    address: str
    credentials: Mapping[str, str] = {}


@contextmanager
def _guarded(on: Path | Settings) -> Iterator[Guarded]:
    """A registry with accounts, where alice may do what the program does."""
    with Guarded(on) as guarded:
        grants.grant(guarded.database, ACTOR, "alice", "*", {"pull", "push", "delete", "sign"})
        guarded.settle()
        yield guarded


CREDENTIALS = {"OCI_USERNAME": "alice", "OCI_PASSWORD": "wonderland"}


@pytest.fixture(
    params=[
        "anonymous",
        "with accounts",
        pytest.param("on PostgreSQL and S3", marks=SHARED),
        pytest.param("with accounts and two replicas", marks=SHARED),
    ]
)
def asked(tmp_path: Path, storages: Storages, request: pytest.FixtureRequest) -> Iterator[Asked]:
    """A registry for the program; of two replicas, each request goes to the one that the last did not."""
    match request.param:
        case "anonymous":
            with Registry(tmp_path / "registry") as registry:
                yield Asked(registry.address)
        case "with accounts":
            with _guarded(tmp_path / "registry") as guarded:
                yield Asked(guarded.registry.address, CREDENTIALS)
        case "on PostgreSQL and S3":
            with Registry(storages.settings("shared")) as registry:
                yield Asked(registry.address)
        case _:
            settings = storages.settings("shared")
            with (
                _guarded(settings) as guarded,
                Registry(settings) as other,
                RoundRobin([guarded.registry.port, other.port]) as front,
            ):
                yield Asked(front.address, CREDENTIALS)
            assert min(front.answered) > TESTS // 2


@pytest.mark.peer("conformance")
def test_every_conformance_test_passes_and_none_is_skipped(tmp_path: Path, asked: Asked) -> None:
    program = programs.find("conformance")
    assert program is not None
    results = tmp_path / "results"
    run = subprocess.run(
        [program],
        cwd=tmp_path,
        env={
            "OCI_REGISTRY": asked.address,
            "OCI_TLS": "disabled",
            "OCI_VERSION": "dev",
            "OCI_DATA_SPARSE": "true",
            "OCI_RESULTS_DIR": str(results),
            "HOME": str(tmp_path),
            **asked.credentials,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 0 == run.returncode, run.stdout
    suites = ET.parse(results / "junit.xml").getroot()  # noqa: S314  # written by the program just run
    names = ("tests", "failures", "errors", "skipped", "disabled")
    counts = {name: int(suites.get(name, "0")) for name in names}
    assert {"tests": TESTS, "failures": 0, "errors": 0, "skipped": 0, "disabled": 0} == counts
    told = (results / "results.yaml").read_text()
    _, apis, data = re.split(r"^(?:apis|data):$", told, flags=re.MULTILINE)
    assert ["Pass"] * APIS == verdicts(apis)
    assert ["Pass"] * DATA == verdicts(data)


def verdicts(part: str) -> list[str]:
    """The words behind the names of one part of the results."""
    return re.findall(r"^  [^:]+: (\w+)$", part, re.MULTILINE)
