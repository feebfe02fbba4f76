"""`/etc/atomic.conf`: what atomic was told once for all its commands (YAML).

    default_signer: joe@example.com
    gnupg_homedir: /home/joe/.gnupg

A key may be written in small or in capital letters. What nobody here knows is passed over, as atomic does.
The variable ATOMIC_CONF names another file. Two values are ours: `default_storage` may be `oci:FOLDER`, an
image layout, and `signature_layout: older` has `atomic sign` write the paths of atomic before 1.17.
"""

from pathlib import Path
from typing import Literal

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError
from sealwright.homes import files
from sealwright.homes.environment import Environment

__all__ = ["AtomicSettings", "read"]

_SYSTEM = "/etc/atomic.conf"


class AtomicSettings(msgspec.Struct, frozen=True):
    """What the file says; empty where it says nothing."""

    default_signer: str = ""
    gnupg_homedir: str = ""
    registry_confdir: str = ""
    default_storage: str = "docker"
    sigstore_metadata_image: str = "sigstore"
    discover_sigstores: bool = True
    signature_layout: Literal["", "older"] = ""

    def registries(self, environment: Environment) -> Path:
        """The folder registries.d."""
        if self.registry_confdir:
            return Path(self.registry_confdir)
        return environment.system("/etc/containers/registries.d")


def read(environment: Environment) -> AtomicSettings:
    """The settings; without a file those that atomic was installed with.

    Args:
        environment: `ATOMIC_CONF` and the root.

    Raises:
        DocumentError: `document.malformed`.
        StorageError: the file cannot be read.
    """
    named = environment.get("ATOMIC_CONF")
    path = Path(named) if named else environment.system(_SYSTEM)
    content = files.read_optional(path, limits.CONFIG_FILE_BYTES)
    if content is None:
        return AtomicSettings()
    found = _parsed(path, content)
    given = {
        name: found[written]
        for name in AtomicSettings.__struct_fields__
        for written in (name.upper(), name)
        if found.get(written) not in (None, "")
    }
    try:
        return msgspec.convert(given, AtomicSettings)
    except msgspec.ValidationError as error:
        raise DocumentError("document.malformed", file=str(path), problem=str(error)) from None


def _parsed(path: Path, content: bytes) -> dict[str, object]:
    import yaml  # noqa: PLC0415  # slow to load, and not needed without a file

    try:
        found = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
        problem = str(getattr(error, "problem", "") or "it is not YAML")
        raise DocumentError(
            "document.malformed", file=str(path), line=line, column=column, problem=problem
        ) from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise DocumentError("document.malformed", file=str(path), problem="it is not a mapping")
    return {str(name): value for name, value in found.items()}
