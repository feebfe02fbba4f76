"""What the commands of the dialect load: nothing of click, and no more than they need."""

import json
import sys
from pathlib import Path

import pytest

from world.home import Home

RECORDER = """
import atexit, json, sys
file = sys.argv.pop(1)
def record():
    with open(file, "w") as out:
        json.dump(sorted(sys.modules), out)
atexit.register(record)
sys.argv[0] = "notation"
from sealwright.programs import main
main()
"""
NEVER = {"click", "asyncio", "dataclasses", "logging", "sealwright.service", "sealwright.cli"}
X509 = {"cryptography"}
HTTP = {"http.client", "ssl", "sealwright.transport"}


def loaded(folder: Path, *arguments: str) -> frozenset[str]:
    file = folder / "loaded.json"
    Home(folder / "user").run([sys.executable, "-I", "-c", RECORDER, str(file), *arguments])
    return frozenset(json.loads(file.read_text()))


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (
            ("version",),
            NEVER | X509 | HTTP | {"msgspec", "pathlib", "typing", "sealwright.dialects.cobra"},
        ),
        (("--help",), NEVER | X509 | HTTP | {"sealwright.dialects.notation.commands.verify"}),
        (("key", "list"), NEVER | X509 | HTTP | {"sealwright.dialects.notation.words"}),
        (("cert", "list"), NEVER | X509 | HTTP),
        (("nope",), NEVER | X509 | HTTP | {"sealwright.dialects.cobra_help"}),
        (("verify",), NEVER | HTTP),
    ],
)
def test_a_command_loads_only_what_it_needs(
    arguments: tuple[str, ...], unwanted: set[str], tmp_path: Path
) -> None:
    assert set() == unwanted & loaded(tmp_path, *arguments)
