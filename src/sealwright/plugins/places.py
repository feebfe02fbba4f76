"""Where plugins are: `{NOTATION_LIBEXEC}/plugins/NAME/notation-NAME`, and which of these files are run.

Source: plugin-extensibility.md, "Installation".

1. The name is one part of a path, of plain letters.
2. Neither the folder nor the file is a symbolic link (the specification; the reference follows them).
3. The file is a regular one, and may be executed.
4. It belongs to root or to the user that runs it, and neither it nor its folder can be written by everybody.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sealwright.errors import PluginError, StorageError, UsageError
from sealwright.formats.notary.plugin_names import is_plugin_name
from sealwright.homes.environment import Environment
from sealwright.homes.notation.folder import config_folder

__all__ = ["PREFIX", "folder", "installed", "place", "program", "require_name", "require_safe"]

PREFIX = "notation-"
"""What the file of every plugin is called by, before its name."""


def folder(environment: Environment) -> Path:
    """The folder of all plugins; it need not exist."""
    named = environment.get("NOTATION_LIBEXEC")
    return (Path(named) if named else config_folder(environment)) / "plugins"


def place(environment: Environment, name: str) -> Path:
    """Where a plugin's program is, or would be.

    Raises:
        UsageError: `plugin.name-invalid`.
    """
    require_name(name)
    return folder(environment) / name / f"{PREFIX}{name}"


def require_name(name: str) -> None:
    """Check that a name can be one of a plugin.

    Raises:
        UsageError: `plugin.name-invalid`.
    """
    if not is_plugin_name(name):
        raise UsageError("plugin.name-invalid", plugin=name[:200])


def installed(environment: Environment) -> Iterator[str]:
    """The names of the folders in which a plugin could be, in order.

    Raises:
        StorageError: `file.unreadable`.
    """
    place = folder(environment)
    try:
        entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise StorageError("file.unreadable", file=str(place), problem=error.strerror or str(error)) from None
    for entry in entries:
        if entry.is_dir(follow_symlinks=False) and is_plugin_name(entry.name):
            yield entry.name


def program(environment: Environment, name: str) -> Path:
    """The program of a plugin that may be run.

    Args:
        environment: says where plugins are.
        name: of the plugin.

    Raises:
        UsageError: `plugin.name-invalid`.
        PluginError: `plugin.absent`, `plugin.not-regular`, `plugin.not-executable`, `plugin.unsafe`.
    """
    path = place(environment, name)
    try:
        above, own = path.parent.lstat(), path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        raise PluginError("plugin.absent", plugin=name, file=str(path)) from None
    except OSError as error:
        problem = error.strerror or str(error)
        raise PluginError("plugin.not-startable", plugin=name, file=str(path), problem=problem) from None
    if not stat.S_ISDIR(above.st_mode) or not stat.S_ISREG(own.st_mode):
        raise PluginError("plugin.not-regular", plugin=name, file=str(path))
    require_safe(name, path.parent, above)
    require_safe(name, path, own)
    if not os.access(path, os.X_OK):
        raise PluginError("plugin.not-executable", plugin=name, file=str(path))
    return path


def require_safe(name: str, path: Path, status: os.stat_result) -> None:
    """Check that only root and the user can change a file or folder.

    Raises:
        PluginError: `plugin.unsafe`.
    """
    if status.st_uid not in (0, os.geteuid()):
        problem = f"{path} belongs to the user with the number {status.st_uid}"
        raise PluginError("plugin.unsafe", plugin=name, problem=problem)
    if status.st_mode & stat.S_IWOTH:
        raise PluginError("plugin.unsafe", plugin=name, problem=f"everybody may write to {path}")
