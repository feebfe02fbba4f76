"""Where names of images without a registry are sought (containers-registries.conf(5)).

    unqualified-search-registries = ["registry.access.redhat.com", "docker.io"]

The file is that of CONTAINERS_REGISTRIES_CONF, else `~/.config/containers/registries.conf`, else
`/etc/containers/registries.conf`; the files `*.conf` of the folder `registries.conf.d` beside it come after
it, in the order of their names, and the last that says something counts. The older form is read as well:

    [registries.search]
    registries = ["docker.io"]
"""

from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, StorageError
from sealwright.homes import files
from sealwright.homes.environment import Environment

__all__ = ["search_registries"]

_SYSTEM = "/etc/containers/registries.conf"


class _Search(msgspec.Struct, frozen=True):
    registries: tuple[str, ...] = ()


class _Older(msgspec.Struct, frozen=True):
    search: _Search = _Search()


class _Settings(msgspec.Struct, frozen=True, rename="kebab"):
    unqualified_search_registries: tuple[str, ...] | None = None
    registries: _Older = _Older()


def search_registries(environment: Environment) -> tuple[str, ...]:
    """The registries, in their order; none if nothing is configured.

    Args:
        environment: variables, home folder and root.

    Raises:
        DocumentError: `document.malformed`.
        StorageError: a file cannot be read.
    """
    path = _path(environment)
    found: tuple[str, ...] = ()
    for file in (path, *_beside(path)):
        content = files.read_optional(file, limits.CONFIG_FILE_BYTES)
        if content is not None:
            said = _parsed(file, content)
            newer = said.unqualified_search_registries
            found = said.registries.search.registries or found if newer is None else newer
    return found


def _path(environment: Environment) -> Path:
    named = environment.get("CONTAINERS_REGISTRIES_CONF")
    if named:
        return Path(named)
    own = environment.home / ".config" / "containers" / "registries.conf"
    return own if own.exists() else environment.system(_SYSTEM)


def _beside(path: Path) -> list[Path]:
    folder = path.with_name("registries.conf.d")
    try:
        found = sorted(one for one in folder.iterdir() if one.name.endswith(".conf"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StorageError(
            "file.unreadable", file=str(folder), problem=error.strerror or str(error)
        ) from None
    return found[: limits.REGISTRIES_D_FILES]


def _parsed(file: Path, content: bytes) -> _Settings:
    try:
        return msgspec.toml.decode(content, type=_Settings)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentError("document.malformed", file=str(file), problem=str(error)) from None
