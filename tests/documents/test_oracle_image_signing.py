"""The page `oracle_image_signing.md`, run with Oracle's own client and skopeo."""

import shutil
import sys
from pathlib import Path

import pytest

from documents import runner
from peers import programs
from world.home import Home
from world.registry import free_port

PAGE = (Path(__file__).parent / "oracle_image_signing.md").read_text()
SIGN = "oci artifacts container image-signature sign-upload --compartment-id "
VERIFY = "oci artifacts container image-signature get-verify --compartment-id "
PROCEDURE = (
    "skopeo login ",
    "skopeo copy ",
    "oci artifacts container image list --compartment-id $COMPARTMENT --repository-name project01/acme-",
    SIGN,
    VERIFY,
)
"""How the command lines of the published procedure begin, in its order; what docker does there we do here."""

OPTIONS = (
    "--kms-key-id",
    "--kms-key-version-id",
    "--signing-algorithm SHA_224_RSA_PKCS_PSS",
    "--image-id",
    '--description "Image for UAT testing"',
)
PRINTED = '--metadata {"buildnumber": "8447"}'
"""How the published line ends, which no shell hands on as it is meant."""

QUOTED = """--metadata '{"buildnumber":"8447"}'"""


def test_the_page_has_the_commands_of_the_procedure_in_its_order() -> None:
    commands = [command.text for _, block in runner.blocks(PAGE) for command in block]
    rest = iter(commands)
    missing = [line for line in PROCEDURE if not any(command.startswith(line) for command in rest)]
    assert [] == missing
    printed, mended = (command for command in commands if command.startswith(SIGN))
    assert printed.endswith(PRINTED)
    assert mended.partition(" | ")[0].endswith(QUOTED)
    assert printed.removesuffix(PRINTED) == mended.partition(" | ")[0].removesuffix(QUOTED)
    assert [] == [option for option in OPTIONS if option not in printed]
    verify = next(command for command in commands if command.startswith(VERIFY))
    options = ("--repo-name", "--image-digest", "--trusted-keys", "--compartment-id-in-subtree false")
    assert [] == [option for option in options if option not in verify]
    for line in ("docker tag 8e0506e14874 ", "docker push "):
        assert f"    {line}" in PAGE


@pytest.mark.peer("oci", "skopeo")
def test_the_page_runs_as_it_is_written(tmp_path: Path) -> None:
    home = Home(tmp_path / "user")
    shutil.rmtree(home.notation.parent)  # the page starts with an empty home
    folder = tmp_path / "bin"
    folder.mkdir()
    start = "import sys; del sys.argv[0]; from sealwright.programs import main; main()"
    (folder / "seal").write_text(f'#!/bin/sh\nexec "{sys.executable}" -c \'{start}\' "$0" "$@"\n')
    (folder / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    for name in ("seal", "python3"):
        (folder / name).chmod(0o755)
    client = programs.find("oci")
    assert client is not None
    (folder / "oci").symlink_to(client)
    environment = {
        **home.environment,
        "PATH": f"{folder}:{home.environment['PATH']}",
        "LC_ALL": "C.UTF-8",
        "REGISTRY_AUTH_FILE": str(tmp_path / "auth.json"),
    }
    page = PAGE.replace("5000", str(free_port())).replace("5001", str(free_port()))
    said = runner.run(page, home.folder, environment, frozenset({"oci", "skopeo"}))
    assert sum(len(block) for _, block in runner.blocks(PAGE)) == len(said)
