"""Plugins that are pinned: the only bytes that the program of a plugin may have.

The pins of a user are in `sealwright/plugin-pins.json` of the folder of configuration, those of a machine in
`/etc/sealwright/plugin-pins.json`: `{"pins": {"NAME": "sha256:…"}}`. Both hold, so a user cannot do away with
a pin of the machine. A pinned plugin runs from a copy that only we can reach, and the copy is what was
hashed: a file that is changed a moment later changes nothing.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import DocumentError, PluginError, SealwrightError, UsageError
from sealwright.homes import documents, files
from sealwright.homes.environment import Environment
from sealwright.homes.locking import locked

__all__ = ["digest_of", "pin", "pins", "settled", "unpin"]

FILE = "plugin-pins.json"
_EXECUTABLE = 0o500


class _Pins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    pins: Mapping[str, str] = {}


def pins(environment: Environment, name: str) -> tuple[Digest, ...]:
    """What a plugin is pinned to: by the user, by the machine, both, or not at all.

    Args:
        environment: says where the pins are.
        name: of the plugin.

    Raises:
        DocumentError: `document.malformed`.
        StorageError: a file cannot be read.
    """
    places = (_own(environment), environment.system(f"/etc/sealwright/{FILE}"))
    found = (_read(path).get(name) for path in places)
    return tuple(dict.fromkeys(digest for digest in found if digest is not None))


def pin(environment: Environment, name: str, digest: Digest) -> Path:
    """Pin a plugin for the user; gives the file that says so.

    Raises:
        DocumentError: `document.malformed`.
        StorageError: the file cannot be read or written.
    """
    return _change(environment, lambda known: {**known, name: digest})


def unpin(environment: Environment, name: str) -> Path:
    """Take the user's pin away; gives the file that said so.

    Raises:
        UsageError: `plugin.not-pinned`.
        DocumentError: `document.malformed`.
        StorageError: the file cannot be read or written.
    """
    if name not in _read(_own(environment)):
        raise UsageError("plugin.not-pinned", plugin=name)
    return _change(environment, lambda known: {key: one for key, one in known.items() if key != name})


def digest_of(path: Path) -> Digest:
    """The SHA-256 of a program.

    Raises:
        StorageError: it cannot be read.
    """
    return Digest.of(files.read(path, limits.PLUGIN_FILE_BYTES))


@contextmanager
def settled(program: Path, name: str, pinned: tuple[Digest, ...]) -> Iterator[Path]:
    """The program to run: itself if it is not pinned, else a copy of the bytes that it is pinned to.

    Args:
        program: of the plugin.
        name: of the plugin.
        pinned: from `pins`.

    Raises:
        PluginError: `plugin.pin-differs`.
        StorageError: it cannot be read or copied.
    """
    if not pinned:
        yield program
        return
    content = files.read(program, limits.PLUGIN_FILE_BYTES)
    found = f"sha256:{sha256(content).hexdigest()}"
    for digest in pinned:
        if str(digest) != found:
            raise PluginError(
                "plugin.pin-differs", plugin=name, file=str(program), pinned=str(digest), found=found
            )
    with tempfile.TemporaryDirectory(prefix="sealwright-plugin-") as folder:
        copy = Path(folder) / program.name
        try:
            with open(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _EXECUTABLE), "wb") as file:  # noqa: PTH123  # a descriptor
                file.write(content)
        except OSError as error:
            raise files.unwritable(copy, error) from None
        yield copy


def _own(environment: Environment) -> Path:
    return environment.folder("XDG_CONFIG_HOME", ".config") / "sealwright" / FILE


def _read(path: Path) -> dict[str, Digest]:
    found = documents.shaped(path, documents.members(path), _Pins)
    try:
        return {name: Digest.parse(text) for name, text in found.pins.items()}
    except SealwrightError as error:
        raise DocumentError("document.malformed", file=str(path), problem=str(error)) from None


def _change(environment: Environment, change: Callable[[dict[str, Digest]], dict[str, Digest]]) -> Path:
    path = _own(environment)
    with locked(path.parent):
        changed = change(_read(path))
        content = {"pins": {name: str(digest) for name, digest in sorted(changed.items())}}
        files.write(path, msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n", files.PRIVATE)
    return path
