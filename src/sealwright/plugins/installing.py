"""Plugins installed and taken away: from a program, a folder, an archive or a URL.

Source: plugin-extensibility.md, "Installation".

1. What is to be installed is read within bounds, and compared with its SHA-256 where one is given.
2. It is written into a folder beside its place. Sub-folders, links and what else is no file are left out of a
   folder; in an archive they are refused (see `archives`).
3. Exactly one file is a program `notation-NAME`. If none may be executed, and one only has such a name, it is
   made executable: zip archives of other systems know no such permission.
4. The program is run there: it must call itself NAME, and speak our version of the contract.
5. It must be later than what is installed under the name, unless that is forced.
6. The folder is put in its place in one step.
"""

import os
import shlex
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import MalformedContentError, PluginError, UsageError
from sealwright.formats.notary import semantic_version
from sealwright.formats.notary.plugin_contract import Metadata
from sealwright.formats.notary.plugin_names import is_plugin_name
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.homes.locking import locked
from sealwright.plugins import archives, fetching, places
from sealwright.plugins.archives import Unpacked
from sealwright.plugins.host import Plugin, metadata_of
from sealwright.plugins.swapping import put_in_place

__all__ = ["OWN", "Installed", "install", "read", "uninstall"]

OWN = "sealwright"
"""What our own plugin is called, in place of a source."""

_PROGRAM = 0o755
_FILE = 0o644
_SHA256 = 64


class Installed(msgspec.Struct, frozen=True):
    """A plugin that was installed. `before` is the version that it took the place of; None: there was none.

    `made_executable` tells that its program was not executable before.
    """

    metadata: Metadata
    program: Path
    before: str | None = None
    made_executable: bool = False


def read(source: str, environment: Environment, checksum: str = "") -> Mapping[str, Unpacked]:
    """The files of a plugin by their names.

    Args:
        source: a path, an https URL, or `OWN`.
        environment: for downloads.
        checksum: SHA-256 of the file, in hexadecimal; a URL needs it.

    Raises:
        UsageError: `plugin.source-unknown`, `plugin.checksum-needed`, `plugin.checksum-malformed`,
            `plugin.url-not-https`.
        MalformedContentError: `plugin.checksum-differs`, `plugin.too-large`, a `plugin.archive-` code.
        StorageError: it cannot be read.
        NetworkError: it cannot be reached.
    """
    wanted = checksum.lower()
    if wanted and (len(wanted) != _SHA256 or set(wanted) - set("0123456789abcdef")):
        raise UsageError("plugin.checksum-malformed", checksum=checksum[:100])
    if source == OWN:
        return {f"{places.PREFIX}{OWN}": Unpacked(_launcher(), _PROGRAM)}
    if fetching.is_url(source):
        if not wanted:
            raise UsageError("plugin.checksum-needed")
        return _files(
            source.rpartition("/")[2], _compared(fetching.fetch(source, environment), source, wanted)
        )
    path = Path(source)
    if path.is_dir() and not wanted:
        return _folder(path)
    if not path.is_file():
        raise UsageError("plugin.source-unknown", source=source[:200])
    content = _compared(_bounded(path), source, wanted)
    return _files(path.name, content, stat.S_IMODE(path.stat().st_mode))


def install(
    found: Mapping[str, Unpacked], source: str, environment: Environment, *, force: bool = False
) -> Installed:
    """Install a plugin.

    Args:
        found: its files, from `read`.
        source: where they come from, for complaints.
        environment: says where plugins are.
        force: also what is not later than what is there, or takes the place of something broken.

    Raises:
        MalformedContentError: `plugin.none-in-source`, `plugin.several-in-source`.
        PluginError: a `plugin.` code of the program, or of the one that is there; `plugin.downgrade`,
            `plugin.present`, `plugin.version-invalid`.
        AccessDeniedError: `plugin.access-denied`.
        StorageError: it cannot be written.
    """
    program, made_executable = _program(found, source)
    name = program.removeprefix(places.PREFIX)
    place = places.folder(environment)
    files.make_folder(place)
    with locked(place), _beside(place, name) as staged:
        for file, unpacked in found.items():
            mode = _PROGRAM if file == program else unpacked.mode & _PROGRAM | _FILE
            _write(staged / file, unpacked.content, mode)
        metadata = metadata_of(name, staged / program, environment)
        before = _before(metadata, environment, force=force)
        put_in_place(staged, place / name)
    return Installed(metadata, place / name / program, before, made_executable)


def uninstall(name: str, environment: Environment) -> Path:
    """Take a plugin away, with all files of its folder; gives the folder.

    Raises:
        UsageError: `plugin.name-invalid`.
        PluginError: `plugin.absent`.
        StorageError: `file.unwritable`.
    """
    program = places.place(environment, name)
    folder = program.parent
    if not os.path.lexists(folder):
        raise PluginError("plugin.absent", plugin=name, file=str(program))
    try:
        with locked(folder.parent):
            if folder.is_symlink() or not folder.is_dir():
                folder.unlink()
            else:
                shutil.rmtree(folder)
    except OSError as error:
        raise files.unwritable(folder, error) from None
    return folder


def _launcher() -> bytes:
    """A program that starts us as a plugin, wherever it is copied to; it needs no link to our own."""
    code = "import sys; sys.argv[0] = 'notation-sealwright'; from sealwright.programs import main; main()"
    return f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -c {shlex.quote(code)} "$@"\n'.encode()


def _compared(content: bytes, source: str, wanted: str) -> bytes:
    """The content, if it has the SHA-256 that is wanted."""
    found = sha256(content).hexdigest()
    if wanted and found != wanted:
        raise MalformedContentError(
            "plugin.checksum-differs", source=source[:200], found=found, wanted=wanted
        )
    return content


def _files(name: str, content: bytes, mode: int = _PROGRAM) -> Mapping[str, Unpacked]:
    """What a file is, by its first bytes: an archive of files, or one by itself."""
    if archives.is_zip(content):
        return archives.of_zip(content, name)
    if archives.is_gzip(content):
        return archives.of_tar_gz(content, name)
    return {name: Unpacked(content, mode)}


def _folder(path: Path) -> Mapping[str, Unpacked]:
    """The files of a folder; what is in folders below is left out, and so are links."""
    found: dict[str, Unpacked] = {}
    left = limits.PLUGIN_FILE_BYTES
    for entry in sorted(path.iterdir()):
        status = entry.lstat()
        if not stat.S_ISREG(status.st_mode):
            continue
        if len(found) == limits.PLUGIN_ARCHIVE_ENTRIES:
            raise MalformedContentError("plugin.archive-entries", limit=limits.PLUGIN_ARCHIVE_ENTRIES)
        content = _bounded(entry, left)
        left -= len(content)
        found[entry.name] = Unpacked(content, stat.S_IMODE(status.st_mode))
    return found


def _bounded(path: Path, limit: int = limits.PLUGIN_FILE_BYTES) -> bytes:
    if path.stat().st_size > limit:
        raise MalformedContentError("plugin.too-large", name=str(path), limit=limits.PLUGIN_FILE_BYTES)
    return files.read(path, limit)


def _program(found: Mapping[str, Unpacked], source: str) -> tuple[str, bool]:
    """The one file that is a plugin's program, and whether it has to be made executable."""
    named = [
        name
        for name in sorted(found)
        if name.startswith(places.PREFIX) and is_plugin_name(name.removeprefix(places.PREFIX))
    ]
    ready = [name for name in named if found[name].mode & stat.S_IXUSR]
    candidates = ready or named
    if not candidates:
        raise MalformedContentError("plugin.none-in-source", source=source[:200])
    if len(candidates) > 1:
        raise MalformedContentError(
            "plugin.several-in-source", source=source[:200], found=", ".join(candidates)[:200]
        )
    return candidates[0], not ready


@contextmanager
def _beside(place: Path, name: str) -> Iterator[Path]:
    """A folder beside that of a plugin, under a name that none can have."""
    staged = place / f"~{name}.{os.urandom(6).hex()}"
    try:
        staged.mkdir(_PROGRAM)
    except OSError as error:
        raise files.unwritable(staged, error) from None
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _write(path: Path, content: bytes, mode: int) -> None:
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123  # a descriptor
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except (OSError, ValueError) as error:
        raise files.unwritable(path, OSError(0, str(error))) from None


def _before(metadata: Metadata, environment: Environment, *, force: bool) -> str | None:
    """The version that is there, if the new one may take its place."""
    name = metadata.name
    if not os.path.lexists(places.place(environment, name)):
        return None
    try:
        present = Plugin(name, environment).metadata().version
    except PluginError as error:
        if not force:
            error.data = {**error.data, "existing": True}
            raise
        return None
    if not force:
        new, old = semantic_version.parse(metadata.version), semantic_version.parse(present)
        for version, text in ((new, metadata.version), (old, present)):
            if version is None:
                raise PluginError("plugin.version-invalid", plugin=name, version=text)
        if new is not None and old is not None and new < old:
            raise PluginError("plugin.downgrade", plugin=name, version=metadata.version, present=present)
        if new == old:
            raise PluginError("plugin.present", plugin=name, version=present)
    return present
