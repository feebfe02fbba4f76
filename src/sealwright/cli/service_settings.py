"""The settings of the service, as its commands find them: a file, the environment, and flags before both."""

from pathlib import Path
from typing import TYPE_CHECKING

from sealwright.cli import here
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.service.configuration import Configuration

__all__ = ["settings"]

_SYSTEM = Path("/etc/sealwright/serve.toml")


def settings(config: Path | None, folder: Path | None, **server: object) -> "Configuration":
    """Read the settings; `storage.folder` always has a value.

    Args:
        config: the file, or None for the usual one, if it is there.
        folder: goes before `storage.folder`.
        **server: go before settings of that name in `[server]`, unless None.

    Raises:
        DocumentError: as `configuration.load`.
        StorageError: the same.
    """
    from msgspec.structs import replace  # noqa: PLC0415  # not for the help

    from sealwright.service.configuration import load  # noqa: PLC0415  # the same

    environment = Environment.current()
    own = environment.folder("XDG_CONFIG_HOME", ".config") / "sealwright" / "serve.toml"
    found = load(config or next(filter(Path.exists, (own, _SYSTEM)), None), environment.variables)
    place = folder or found.storage.folder or here.registry_folder()
    storage = replace(found.storage, folder=str(place))
    given = {name: value for name, value in server.items() if value is not None}
    return replace(found, server=replace(found.server, **given), storage=storage)
