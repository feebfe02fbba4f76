"""A pipeline's world: an installed `seal` on the PATH that is watched, a registry, an image, keys, trust."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest

from world import images, pki
from world.home import Home, pem, statement
from world.installed import installed
from world.registry import Registry

__all__ = ["CHECKOUT", "HOSTILE_WORDS", "PASSPHRASE", "Done", "Pipeline", "Report", "junit", "sarif"]

CHECKOUT = Path(__file__).parents[2]
PASSPHRASE = "never to be seen 4711"
HOSTILE_WORDS = ("$(touch pwned)`touch pwned`", "\"; touch pwned; \"'; touch pwned; '")
"""Values that run a command where a script takes them for a part of itself."""

KINDS = {"trusted": "ec256", "mallory": "ec384"}

WATCHED = """#!/bin/sh
printf '%s\\n' "$@" >>"{log}"
exec "{seal}" "$@"
"""


class Done(NamedTuple):
    """How a script ended, and all that it printed."""

    status: int
    out: str
    err: str


class Report(NamedTuple):
    """What a report says of its only image."""

    bad: bool
    reason: str


class Pipeline:
    """The folder of a job and what it finds there.

    Attributes:
        folder: the checkout of the job; `image` in it is a layout with the tags `v1` and `other`.
        log: the words of every `seal` command that ran.
        repository: a repository of this test's own.
        key: the file of the encrypted key that the policy trusts; `certificates` its chain.
    """

    def __init__(self, folder: Path, repository: str, keys: Home, seal: Path) -> None:
        self.folder = folder / "job"
        self.scratch = folder / "scratch"
        self.log = folder / "commands"
        self.repository = repository
        for made in (self.folder / "trust", self.scratch, folder / "bin"):
            made.mkdir(parents=True)
        images.make_layout(self.folder / "image", "v1", "other")
        self._keys = keys.notation / "localkeys"
        self.trust("trusted")
        members = {"version": "1.0", "trustPolicies": [statement(stores=("ca:release",))]}
        (self.folder / "trust/policy.json").write_text(json.dumps(members))
        program = folder / "bin/seal"
        program.write_text(WATCHED.format(log=self.log, seal=seal))
        program.chmod(0o755)
        self.environment: dict[str, str] = {
            "HOME": str(folder / "home"),
            "SEALWRIGHT_ROOT": str(folder / "root"),
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "TMPDIR": str(self.scratch),
        }
        (folder / "home").mkdir()

    def key(self, who: str = "trusted") -> Path:
        return self._keys / f"{who}.key"

    def certificates(self, who: str = "trusted") -> Path:
        return self._keys / f"{who}.crt"

    def trust(self, who: str) -> None:
        """Let the root certificate in the checkout be this one's."""
        (self.folder / "trust/root.pem").write_bytes(pem(pki.chain(KINDS[who]).root))

    def run(self, command: list[str], variables: Mapping[str, str]) -> Done:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def digest(self, tag: str) -> str:
        index = json.loads((self.folder / "image/index.json").read_text())
        for one in index["manifests"]:
            if one["annotations"]["org.opencontainers.image.ref.name"] == tag:
                digest: str = one["digest"]
                return digest
        raise KeyError(tag)

    def pinned(self, tag: str = "v1") -> str:
        """The name of the pushed image, with its digest."""
        return f"{self.repository}@{self.digest(tag)}"

    def move_the_tag(self) -> None:
        """Let `v1` in the registry stand for another image, which nobody has signed."""
        images.push(self.repository, "v1", "put there by somebody else")

    def assert_nothing_leaked(self, *runs: Done) -> None:
        """No secret was printed or stood on a command line, and no temporary file is left."""
        key = self.key().read_text().splitlines()[1]
        for text in (self.log.read_text(), *(part for run in runs for part in (run.out, run.err))):
            assert PASSPHRASE not in text
            assert key not in text
        assert [] == [*self.scratch.iterdir()]


def junit(file: Path) -> Report:
    """What a JUnit report says of its only image."""
    root = ET.fromstring(file.read_text())  # noqa: S314  # we wrote it
    (case,) = root.findall("./testsuite/testcase")
    bad = [*case.findall("failure"), *case.findall("error")]
    properties = {one.attrib["name"]: one.attrib["value"] for one in case.iter("property")}
    assert str(len(bad)) == str(int(root.attrib["failures"]) + int(root.attrib["errors"]))
    return Report(bool(bad), properties["reason"])


def sarif(file: Path) -> Report:
    """What a SARIF log says of its only image."""
    log: Any = json.loads(file.read_text())
    (result,) = log["runs"][0]["results"]
    return Report(result["level"] == "error", result["ruleId"])


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("pipelines")) as running:
        yield running


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two encrypted keys with their chains."""
    home = Home(tmp_path_factory.mktemp("keys") / "home")
    for who, kind in KINDS.items():
        home.add_key(who, pki.chain(kind), PASSPHRASE.encode())
    return home


@pytest.fixture(scope="session")
def seal() -> Path:
    """The program of an installed wheel."""
    return installed().seal


@pytest.fixture
def pipeline(tmp_path: Path, registry: Registry, keys: Home, seal: Path) -> Pipeline:
    repository = f"{registry.local}/jobs/{tmp_path.name.strip('_').lower()}"
    made = Pipeline(tmp_path / "pipeline", repository, keys, seal)
    made.log.touch()
    return made
