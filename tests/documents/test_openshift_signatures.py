"""The page `openshift_signatures.md`, run with our `oc` and `atomic`, and with the real curl and gpg."""

import shutil
import sys
from pathlib import Path

import pytest

from documents import runner
from world.home import Home
from world.registry import free_port

PAGE = (Path(__file__).parent / "openshift_signatures.md").read_text()
ENDPOINT = "http://developer:$TOKEN@localhost:5000/extensions/v2/myproject/app/signatures/sha256:"
PROCEDURE = (
    "atomic push --sign-by developer@example.com localhost:5000/myproject/app",
    "atomic sign --sign-by developer@example.com localhost:5000/myproject/app",
    "oc adm policy add-cluster-role-to-user system:image-signer developer",
    f"curl -s -w '%{{http_code}}\\n' -X PUT --data @signature.json {ENDPOINT}",
    f"curl -s {ENDPOINT}",
    "oc adm verify-image-signature sha256:$HEX --expected-identity=localhost:5000/myproject/app:v1",
    "oc adm verify-image-signature sha256:$HEX --expected-identity=localhost:5000/myproject/app:v1 --save",
)
"""How the command lines of the published procedure begin, with a user, a token and an image filled in."""


def test_the_page_has_the_commands_of_the_procedure() -> None:
    commands = [command.text for _, block in runner.blocks(PAGE) for command in block]
    assert [] == [line for line in PROCEDURE if not any(command.startswith(line) for command in commands)]


@pytest.mark.peer("curl", "gpg")
def test_the_page_runs_as_it_is_written(tmp_path: Path) -> None:
    home = Home(tmp_path / "user")
    shutil.rmtree(home.notation.parent)  # the page starts with an empty home
    folder = tmp_path / "bin"
    folder.mkdir()
    start = "import sys; del sys.argv[0]; from sealwright.programs import main; main()"
    for name in ("atomic", "oc", "seal"):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -c \'{start}\' "$0" "$@"\n')
        (folder / name).chmod(0o755)
    (folder / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "python3").chmod(0o755)
    environment = {
        **home.environment,
        "PATH": f"{folder}:{home.environment['PATH']}",
        "LC_ALL": "C.UTF-8",
    }
    page = PAGE.replace("5000", str(free_port()))
    said = runner.run(page, home.folder, environment, frozenset())
    assert sum(len(block) for _, block in runner.blocks(PAGE)) == len(said)
