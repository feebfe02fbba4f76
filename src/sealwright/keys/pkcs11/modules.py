"""Which module holds a key: the shared library that a URI, the environment or the settings name.

1. `module-path` of the URI.
2. `module-name` of the URI: a module that p11-kit is told of, by the name of its file of settings.
3. `SEALWRIGHT_PKCS11_MODULE`, else `module` under `[pkcs11]` in `sealwright/config.toml`.

There is no fourth: to try every module that is installed would wake up card readers, and load code that
nobody named.

Source of 2: p11-kit, pkcs11.conf(5): `NAME.module` in `/etc/pkcs11/modules`, else in
`/usr/share/p11-kit/modules`, with a line `module: PATH`; a PATH that is not absolute is sought where the
system keeps modules.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.homes.sealwright import settings
from sealwright.keys.pkcs11.uri import TokenUri

__all__ = ["Module", "all_configured", "chosen", "configured", "find"]

_P11_KIT = ("/etc/pkcs11/modules", "/usr/share/p11-kit/modules")
_INSTALLED = ("/usr/lib/pkcs11", "/usr/lib64/pkcs11")
_BY_ARCHITECTURE = "/usr/lib"
_ENDING = ".module"


class Module(msgspec.Struct, frozen=True):
    """A module that can be loaded: its path, and how long it may take for one thing."""

    path: str
    seconds: float


def find(uri: TokenUri, environment: Environment) -> Module:
    """The module of a URI.

    Args:
        uri: what is said of the key.
        environment: variables, and where settings are.

    Raises:
        KeyUnavailableError: `key.pkcs11-no-module`, `key.pkcs11-module-unknown`, `key.pkcs11-module`.
        DocumentError: the settings cannot be used.
        StorageError: a file of settings cannot be read.
    """
    found = chosen(uri, environment)
    if found is None:
        raise KeyUnavailableError("key.pkcs11-no-module", known=_words(configured(environment)))
    return found


def chosen(uri: TokenUri, environment: Environment) -> Module | None:
    """The same, but None if none is named."""
    settled = settings.read(environment).pkcs11
    path = uri.module_path
    if not path and uri.module_name:
        known = configured(environment)
        if uri.module_name not in known:
            raise KeyUnavailableError("key.pkcs11-module-unknown", name=uri.module_name, known=_words(known))
        path = known[uri.module_name]
    path = path or settled.module
    if not path:
        return None
    problem = _problem(path)
    if problem:
        raise KeyUnavailableError("key.pkcs11-module", module=path, problem=problem)
    return Module(path, settled.seconds)


def all_configured(environment: Environment) -> tuple[Module, ...]:
    """Every module that p11-kit is told of and that is there.

    Raises:
        KeyUnavailableError: `key.pkcs11-no-module`: there is none.
        DocumentError: the settings cannot be used.
        StorageError: a file cannot be read.
    """
    seconds = settings.read(environment).pkcs11.seconds
    there = sorted({path for path in configured(environment).values() if not _problem(path)})
    if not there:
        raise KeyUnavailableError("key.pkcs11-no-module", known="none")
    return tuple(Module(path, seconds) for path in there)


def configured(environment: Environment) -> Mapping[str, str]:
    """The modules that p11-kit is told of: name to path.

    Raises:
        StorageError: a file cannot be read.
    """
    found: dict[str, str] = {}
    for folder in _P11_KIT:
        for file in sorted(environment.system(folder).glob(f"*{_ENDING}")):
            name = file.name.removesuffix(_ENDING)
            path = _module_line(files.read(file, limits.CONFIG_FILE_BYTES))
            if name not in found and path:
                found[name] = _resolved(path, environment)
    return found


def _words(known: Mapping[str, str]) -> str:
    return ", ".join(sorted(known)) or "none"


def _module_line(content: bytes) -> str:
    for line in content.decode(errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "module":
            return value.strip()
    return ""


def _resolved(path: str, environment: Environment) -> str:
    if path.startswith("/"):
        return path
    return next((str(file) for file in _sought(path, environment) if file.exists()), path)


def _sought(path: str, environment: Environment) -> Iterator[Path]:
    yield from (environment.system(folder) / path for folder in _INSTALLED)
    yield from sorted(environment.system(_BY_ARCHITECTURE).glob(f"*/pkcs11/{path}"))


def _problem(path: str) -> str:
    """Why a path cannot be that of a module, or nothing."""
    if not path.startswith("/"):
        return "its path is not absolute"
    try:
        return "" if Path(path).is_file() else "there is no such file"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", "") or error)
