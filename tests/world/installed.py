"""Sealwright as a user installs it: the wheel, its core requirements and nothing else, compiled to bytecode.

Who wants the service has its requirements, too. It is built once for each state of the sources and kept in
`.installed/` of the checkout. Nothing is downloaded: the requirements are those of the interpreter that runs
this, taken over file by file.

    python tests/world/installed.py notation        # the path of a program of it, quoted for a shell
"""

import fcntl
import hashlib
import importlib.metadata
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

__all__ = ["CORE", "PGP", "SERVICE", "Installed", "installed"]

PROJECT = Path(__file__).parents[2]
CORE = ("asn1crypto", "cbor2", "cffi", "click", "cryptography", "msgspec", "pycparser", "pyyaml")
"""The distributions that the wheel needs, and those that these need."""
SERVICE = (
    "anyio", "h11", "httptools", "idna", "joserfc", "prometheus-client", "psycopg", "psycopg-binary",
    "psycopg-pool", "starlette", "typing-extensions", "uvicorn", "uvloop"
)  # fmt: skip
"""The same for `sealwright[service,postgres]`."""
PGP = ("pysequoia",)
"""The same for `sealwright[pgp]`."""
_KEPT = 3
"""States of the sources that are kept: others may be using one that is not the newest."""


class Installed(NamedTuple):
    """A virtual environment that holds the wheel: its interpreter, its programs, and the wheel itself.

    `notation` is a link to `seal`, under the name of the program whose place it takes.
    """

    python: Path
    seal: Path
    notation: Path
    wheel: Path


def installed(
    folder: Path = PROJECT / ".installed", *, service: bool = False, pgp: bool = False
) -> Installed:
    """The wheel of this checkout, installed under a folder; made anew only if the sources have changed."""
    folder.mkdir(exist_ok=True)
    names = (*CORE, *(SERVICE if service else ()), *(PGP if pgp else ()))
    extras = [*(("service", "postgres") if service else ()), *(("pgp",) if pgp else ())]
    place = folder / _state(names)
    with _locked(folder / "lock"):
        if not (place / "ready").exists():
            shutil.rmtree(place, ignore_errors=True)
            _install(place, names, f"[{','.join(extras)}]" if extras else "")
            (place / "ready").touch()
            _forget_old(folder)
    (wheel,) = (place / "wheels").glob("*.whl")
    programs = place / "environment" / "bin"
    return Installed(programs / "python", programs / "seal", programs / "notation", wheel)


def _install(place: Path, names: Sequence[str], extras: str) -> None:
    wheels, environment = place / "wheels", place / "environment"
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(PROJECT))
    (wheel,) = wheels.glob("*.whl")
    _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    (packages,) = environment.glob("lib/python3*/site-packages")
    for name in names:
        _take_over(importlib.metadata.distribution(name), packages)
    python = environment / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--quiet")
    _run(*pip, "install", "--no-index", f"{wheel}{extras}")  # refused if a requirement is not there
    _run(str(python), "-m", "compileall", "-q", str(packages))
    (environment / "bin" / "notation").symlink_to("seal")


def _take_over(distribution: importlib.metadata.Distribution, packages: Path) -> None:
    """Copy what a distribution put into its folder of packages; not its programs, not bytecode."""
    for file in distribution.files or ():
        if file.parts[0] == ".." or file.suffix == ".pyc":
            continue
        target = packages / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(file.locate()), target)


def _state(names: Sequence[str]) -> str:
    """A name for the sources, the requirements and the interpreter as they are."""
    state = hashlib.sha256(sys.version.encode())
    for name in names:
        state.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    sources = (path for path in (PROJECT / "src").rglob("*") if path.suffix != ".pyc" and path.is_file())
    for path in (PROJECT / "pyproject.toml", PROJECT / "README.md", Path(__file__), *sorted(sources)):
        content = path.read_bytes()
        state.update(f"{path.relative_to(PROJECT)} {len(content)}\n".encode() + content)
    return state.hexdigest()[:16]


def _forget_old(folder: Path) -> None:
    made = sorted(folder.glob("*/ready"), key=os.path.getmtime, reverse=True)
    for marker in made[_KEPT:]:
        shutil.rmtree(marker.parent, ignore_errors=True)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    print(shlex.quote(str(getattr(installed(), sys.argv[1]))))  # noqa: T201  # for the Makefile
