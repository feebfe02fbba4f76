"""Sealwright as a user installs it: a wheel, its core requirements and nothing else, compiled to bytecode.

An editable install adds finders to every start, and the service's packages are not needed by the commands
that are measured; so neither is here.
"""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parents[1]
CORE = ("cbor2", "cffi", "click", "cryptography", "msgspec", "pycparser")


class Installed(NamedTuple):
    """The programs of a virtual environment that holds the wheel."""

    python: str
    seal: str


def install(folder: Path) -> Installed:
    """Build the wheel of this checkout and install it under a folder."""
    wheels = folder / "wheels"
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(PROJECT))
    (wheel,) = wheels.glob("*.whl")
    environment = folder / "environment"
    _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    python = environment / "bin" / "python"
    requirements = folder / "core.txt"
    requirements.write_text(core_requirements())
    pip = (sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install")
    options = ("--quiet", "--compile", "--no-deps")
    _run(*pip, *options, "--require-hashes", "-r", str(requirements))
    _run(*pip, *options, "--no-index", str(wheel))
    return Installed(str(python), str(environment / "bin" / "seal"))


def core_requirements() -> str:
    """The part of the hashed requirements that the core needs."""
    entries: list[list[str]] = []
    for line in (PROJECT / "requirements" / "runtime.txt").read_text().splitlines():
        if line[:1].isalpha():
            entries.append([])
        if entries and line[:1] not in ("#", ""):
            entries[-1].append(line)
    kept = [entry for entry in entries if entry[0].partition("==")[0] in CORE]
    assert len(kept) == len(CORE), "a core requirement is not in requirements/runtime.txt"
    return "\n".join(line for entry in kept for line in entry) + "\n"


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
