"""Which settings of the service a command is about: flags, environment, file, in that order."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sealwright.cli import here
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.service.configuration import Configuration

__all__ = ["load"]

_SYSTEM = Path("/etc/sealwright/serve.toml")


def load(config: Path | None, folder: Path | None, flags: Mapping[str, Any] | None = None) -> "Configuration":
    """The settings.

    Args:
        config: the file; None: the user's, else the system's, if there.
        folder: where everything is kept, whatever the file says.
        flags: of the table `server`; None stands for what was not given.

    Raises:
        DocumentError, StorageError: the settings cannot be used.
    """
    from msgspec.structs import replace  # noqa: PLC0415  # not for the help

    from sealwright.service import configuration  # noqa: PLC0415  # the same

    environment = Environment.current()
    own = environment.folder("XDG_CONFIG_HOME", ".config") / "sealwright" / "serve.toml"
    file = config or next((path for path in (own, _SYSTEM) if path.exists()), None)
    found = configuration.load(file, environment.variables)
    storage = found.storage
    if folder is not None:
        storage = replace(storage, folder=str(folder))
    elif not storage.folder and not (storage.database and storage.blobs):
        storage = replace(storage, folder=str(here.registry_folder()))
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    return replace(found, server=replace(found.server, **given), storage=storage)
