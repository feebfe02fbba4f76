"""Links to our program under the names of the programs whose place it takes.

A link is ours if it is a symbolic link to a file called `seal`. Nothing else is ever removed, and nothing
else is replaced unless that was asked for.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sealwright.dialect_names import DIALECTS, PARTIAL
from sealwright.errors import StorageError, UsageError
from sealwright.events import EventSink, Notice
from sealwright.homes import files
from sealwright.homes.environment import Environment

__all__ = ["Found", "default_folder", "found", "install", "our_program", "remove"]

_SEAL = "seal"


class Found(msgspec.Struct, frozen=True):
    """A file that is called when somebody types `name`; `is_ours`: it is a link to our program."""

    name: str
    file: str
    is_ours: bool


def our_program(called_as: str) -> Path:
    """The program `seal` itself.

    Args:
        called_as: the first word of the command line.

    Raises:
        UsageError: `dialect.no-program`.
    """
    called = Path(called_as).absolute()
    beside = Path(sys.executable).parent / _SEAL
    for candidate in (called, called.parent / _SEAL, beside):
        if candidate.name == _SEAL and os.access(candidate, os.X_OK) and candidate.is_file():
            return candidate
    raise UsageError("dialect.no-program", interpreter=sys.executable)


def default_folder(program: Path, environment: Environment) -> Path:
    """Where links go: beside our program, if that is on PATH and may be written; else `~/.local/bin`.

    Args:
        program: our program.
        environment: PATH and home folder.
    """
    if program.parent in _path_folders(environment) and os.access(program.parent, os.W_OK):
        return program.parent
    return environment.home / ".local" / "bin"


def install(
    name: str, folder: Path, program: Path, environment: Environment, events: EventSink, *, force: bool
) -> Path:
    """Make a link; one of ours that is there already is renewed.

    Args:
        name: of the program whose place we take.
        folder: made if it is missing.
        program: our program.
        environment: PATH.
        events: takes the notices `dialect.not-on-path` and `dialect.shadowed`.
        force: replace a file that is not ours.

    Returns:
        The link.

    Raises:
        UsageError: `dialect.unknown`, `dialect.partial`, `dialect.foreign-file`.
        StorageError: `file.unwritable`.
    """
    link = _link(name, folder)
    if name in PARTIAL:
        raise UsageError("dialect.partial", name=name)
    if os.path.lexists(link) and not _is_ours(link) and (not force or _is_folder(link)):
        raise UsageError("dialect.foreign-file", file=str(link), what=_described(link))
    files.make_folder(folder)
    temporary = folder / f".{name}.{os.urandom(6).hex()}"
    try:
        temporary.symlink_to(program)
        temporary.replace(link)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise files.unwritable(link, error) from None
    first = shutil.which(name, path=environment.get("PATH"))
    if folder.absolute() not in _path_folders(environment):
        events(Notice("dialect.not-on-path", {"folder": str(folder)}))
    elif first is not None and not link.samefile(first):
        events(Notice("dialect.shadowed", {"other": first, "file": str(link), "folder": str(folder)}))
    return link


def remove(name: str, folder: Path) -> Path:
    """Remove a link of ours; gives its path.

    Args:
        name: of the program whose place we took.
        folder: where it is.

    Raises:
        UsageError: `dialect.unknown`, `dialect.no-link`, `dialect.not-ours`.
        StorageError: `file.unwritable`.
    """
    link = _link(name, folder)
    if not os.path.lexists(link):
        raise UsageError("dialect.no-link", file=str(link))
    if not _is_ours(link):
        raise UsageError("dialect.not-ours", file=str(link), what=_described(link))
    try:
        link.unlink()
    except OSError as error:
        raise files.unwritable(link, error) from None
    return link


def found(environment: Environment) -> Iterator[Found]:
    """What stands on PATH under the names of dialects that may be links, in the order of PATH.

    Args:
        environment: PATH.
    """
    for name in (name for name in DIALECTS if name not in PARTIAL):
        for folder in dict.fromkeys(_path_folders(environment)):
            file = folder / name
            if os.path.lexists(file):
                yield Found(name, str(file), _is_ours(file))


def _link(name: str, folder: Path) -> Path:
    if name not in DIALECTS:
        raise UsageError("dialect.unknown", name=name, known=", ".join(DIALECTS))
    return folder / name


def _is_ours(file: Path) -> bool:
    try:
        return file.is_symlink() and file.readlink().name == _SEAL
    except OSError as error:
        raise StorageError("file.unreadable", file=str(file), problem=str(error.strerror)) from None


def _is_folder(file: Path) -> bool:
    return file.is_dir() and not file.is_symlink()


def _described(file: Path) -> str:
    if file.is_symlink():
        return f"a link to {file.readlink()}"
    if file.is_dir():
        return "a folder"
    return f"a file of {file.stat().st_size} bytes"


def _path_folders(environment: Environment) -> tuple[Path, ...]:
    return tuple(Path(part).absolute() for part in environment.get("PATH").split(os.pathsep) if part)
