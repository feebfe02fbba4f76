"""The distribution specification's own conformance program, on the embedded registry.

Profile `dev` with sparse data: every test that the program has. The counts are asserted, so that a program
that quietly does less is noticed.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from peers import programs
from sealwright.service.accounts.actions import grants
from world.accounts import ACTOR, Guarded
from world.registry import Registry

TESTS = 1032
"""How many checks the program counts that `.ci/peers` builds (distribution-spec, commit 97274622c111)."""

APIS = 28
DATA = 24
"""How many parts of the protocol, and how many kinds of content, it sums them up for."""


@pytest.fixture(params=["anonymous", "with accounts"])
def registry(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Registry, dict[str, str]]]:
    """A registry, and what the program is told of who it is there."""
    if request.param == "anonymous":
        with Registry(tmp_path / "registry") as running:
            yield running, {}
        return
    with Guarded(tmp_path / "registry") as guarded:
        grants.grant(guarded.database, ACTOR, "alice", "*", {"pull", "push", "delete", "sign"})
        guarded.settle()
        yield guarded.registry, {"OCI_USERNAME": "alice", "OCI_PASSWORD": "wonderland"}


@pytest.mark.peer("conformance")
def test_every_conformance_test_passes_and_none_is_skipped(
    tmp_path: Path, registry: tuple[Registry, dict[str, str]]
) -> None:
    running, credentials = registry
    program = programs.find("conformance")
    assert program is not None
    results = tmp_path / "results"
    run = subprocess.run(
        [program],
        cwd=tmp_path,
        env={
            "OCI_REGISTRY": running.address,
            "OCI_TLS": "disabled",
            "OCI_VERSION": "dev",
            "OCI_DATA_SPARSE": "true",
            "OCI_RESULTS_DIR": str(results),
            "HOME": str(tmp_path),
            **credentials,
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
