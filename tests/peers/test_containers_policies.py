"""Policies through the real skopeo and through ours: equal decisions, and in the dialects equal words."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from peers import programs
from sealwright.dialects.containers_words import invalid_policy
from sealwright.errors import DocumentError
from sealwright.policy.containers import document
from sealwright.policy.containers.scopes import scope_problem
from world.containers import BROKEN, GOOD, REJECT, SCOPES, policy

pytestmark = pytest.mark.peer("skopeo")

_TOLD = re.compile(r'level=fatal msg="(.*)"\n\Z', re.DOTALL)
TRANSPORTS = (
    *(
        "docker",
        "dir",
        "oci",
        "oci-archive",
        "docker-daemon",
        "docker-archive",
        "tarball",
        "containers-storage",
    ),
    *("sif", "ostree", "nobody-knows"),
)


def fatal(folder: Path, content: bytes) -> str:
    """What skopeo ends with, given a policy and no image."""
    file = folder / "policy.json"
    file.write_bytes(content)
    skopeo = programs.find("skopeo")
    assert skopeo is not None
    command = [skopeo, "--policy", str(file), "copy", f"dir:{folder}/none", f"dir:{folder}/out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = _TOLD.search(done.stderr)
    assert told is not None, done.stderr
    text: str = json.loads(f'"{told[1]}"')
    return text


def ours(content: bytes, file: Path) -> str:
    """What we say in containers/image's words; empty if the policy is good."""
    try:
        document.read(content, str(file))
    except DocumentError as error:
        return f"Error loading trust policy: {invalid_policy(error, content)}"
    return ""


@pytest.mark.parametrize("name", BROKEN)
def test_what_skopeo_refuses_we_refuse_in_its_words(name: str, tmp_path: Path) -> None:
    content = BROKEN[name].content

    assert ours(content, tmp_path / "policy.json") == fatal(tmp_path, content)


@pytest.mark.parametrize("name", GOOD)
def test_what_skopeo_takes_we_take(name: str, tmp_path: Path) -> None:
    assert "determining manifest MIME type" in fatal(tmp_path, GOOD[name])
    assert "" == ours(GOOD[name], tmp_path / "policy.json")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_transport_takes_the_scopes_that_skopeo_takes(transport: str, tmp_path: Path) -> None:
    def is_taken(scope: str) -> bool:
        content = policy(**{transport: {scope: [REJECT]}})
        return "manifest" in fatal(tmp_path, content)

    assert {scope: is_taken(scope) for scope in SCOPES} == {
        scope: not scope_problem(transport, scope) for scope in SCOPES
    }
