"""What the guides tell people to type is typed here, and what they say is printed is compared.

In a block of the kind `console`, `$ ` begins a command and `> ` goes on with it; the other lines are what it
prints. `…` stands for anything. The lines that are shown must come in that order; others may come between.
All commands of a guide run in one shell, in an empty home, against a real registry in the place of
localhost:5000; each must end well.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from world.home import pem
from world.registry import Registry, free_port
from world.tsa import Tsa

ROOT = Path(__file__).parents[2]
ADDRESS = "localhost:5000"
BLOCK = re.compile(r"^```console$\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "@@end"


class Step(NamedTuple):
    """A command as typed, and the lines that it is said to print."""

    command: str
    shown: tuple[str, ...]


def steps(page: str) -> Iterator[Step]:
    """The commands of a page, in their order."""
    for block in BLOCK.findall((ROOT / page).read_text()):
        command = ""
        shown: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield Step(command, tuple(shown))
                command, shown = line[2:], []
            elif line.startswith("> "):
                command += f"\n{line[2:]}"
            else:
                shown.append(line)
        yield Step(command, tuple(shown))


def missing(shown: tuple[str, ...], printed: list[str]) -> str | None:
    """The first line that was promised and did not come, in order."""
    rest = iter(printed)
    for line in shown:
        pattern = re.compile(".*".join(re.escape(part) for part in line.split("…")))
        if not any(pattern.fullmatch(one) for one in rest):
            return line
    return None


def follow(pages: list[str], folder: Path, tsa: Tsa | None = None, ports: tuple[str, ...] = ()) -> None:
    """Do what the pages say, in a shell of its own.

    Args:
        pages: in their order.
        folder: an empty one.
        tsa: answers in the place of tsa.example; its root is in the file `tsa-root.pem`.
        ports: that servers of the pages listen on; free ones take their place.
    """
    taken = {port: str(free_port()) for port in ports}
    checkout = folder / "checkout"
    (checkout / "docs").mkdir(parents=True)
    shutil.copy(ROOT / "docs/hello-image.tar", checkout / "docs")
    (folder / "home").mkdir()
    todo = [step for page in pages for step in steps(page)]
    assert [] != todo
    if tsa is not None:
        (checkout / "tsa-root.pem").write_bytes(pem(tsa.chain.root))
    with Registry(folder / "registry") as registry:
        script = "".join(f"{step.command}\nprintf '\\n{MARK} %s\\n' $?\n" for step in todo)
        script = script if tsa is None else script.replace("http://tsa.example", tsa.url)
        for port, free in taken.items():
            script = script.replace(port, free)
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        done = subprocess.run(
            ["bash", "-c", f"exec 2>&1 </dev/null\n{script}".replace(ADDRESS, registry.local)],
            cwd=checkout,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            timeout=300,
            check=False,
        )
        said = done.stdout.replace(registry.local, ADDRESS)
        for port, free in taken.items():
            said = said.replace(free, port)
    *answers, _ = re.split(rf"\n{MARK} (\d+)\n", said)
    printed, statuses = answers[::2], answers[1::2]
    assert len(todo) == len(statuses), said
    for step, text, status in zip(todo, printed, statuses, strict=True):
        assert ("0", None) == (status, missing(step.shown, text.splitlines())), f"$ {step.command}\n{text}"


def test_the_guides_from_the_first_signature_on_are_true(tmp_path: Path) -> None:
    guides = ["first-signature", "pipeline", "bulk", "layouts", "plugins", "blobs"]
    follow([f"docs/guides/{name}.md" for name in guides], tmp_path)


@pytest.mark.peer("openssl")
def test_the_guide_to_a_pki_is_true(tmp_path: Path) -> None:
    follow(["docs/guides/pki.md"], tmp_path)


@pytest.mark.peer("openssl")
def test_the_guide_to_a_ca_at_work_is_true(tmp_path: Path) -> None:
    follow(["docs/guides/authority.md"], tmp_path)


def test_the_guide_to_oracles_client_is_true(tmp_path: Path) -> None:
    follow(["docs/guides/oracle.md"], tmp_path, ports=("5002", "5003"))


@pytest.mark.peer("softhsm2-util")
def test_the_guide_to_keys_in_hardware_is_true(tmp_path: Path) -> None:
    follow(["docs/guides/hardware-keys.md"], tmp_path)


def test_the_guide_to_keys_in_a_vault_is_true(tmp_path: Path) -> None:
    follow(["docs/guides/vault.md"], tmp_path)


def test_the_guide_to_signatures_that_people_have_to_approve_is_true(tmp_path: Path) -> None:
    follow(["docs/guides/approvals.md"], tmp_path)


def test_the_guide_to_revocation_is_true(tmp_path: Path) -> None:
    follow(["docs/guides/revocation.md"], tmp_path)


def test_the_guide_to_the_dialect_is_true(tmp_path: Path) -> None:
    follow(["docs/guides/dialect.md"], tmp_path)


def test_the_guide_to_policies_of_skopeo_and_podman_is_true(tmp_path: Path) -> None:
    follow(["docs/guides/containers-policy.md"], tmp_path)


def test_the_guide_to_timestamps_is_true(tmp_path: Path) -> None:
    with Tsa() as tsa:
        follow(["docs/guides/timestamps.md"], tmp_path, tsa)
        assert tsa.requests


def test_the_walk_through_of_the_readme_is_true(tmp_path: Path) -> None:
    follow(["README.md"], tmp_path)


def test_a_promise_that_is_not_kept_is_found() -> None:
    printed = ["one", "two sha256:abc", "three"]

    assert missing(("one", "two sha256:…"), printed) is None
    assert missing(("two …", "one"), printed) == "one"
    assert missing(("tw",), printed) == "tw"
