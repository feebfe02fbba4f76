"""The policy about keys of a vault, beside our settings: `sealwright/vault-policy.json`.

The user's own (`$XDG_CONFIG_HOME`, else `~/.config`) replaces that in `/etc` as a whole.
"""

from pathlib import Path
from typing import NamedTuple

from sealwright import limits
from sealwright.homes import files
from sealwright.homes.environment import Environment

__all__ = ["PolicyFile", "find", "paths", "write"]

_NAME = "vault-policy.json"


class PolicyFile(NamedTuple):
    """A policy as it stands on disk."""

    path: Path
    content: bytes


def paths(environment: Environment) -> tuple[Path, Path]:
    """Where a policy may be: the user's and the system's. The first that is there is in force.

    Args:
        environment: variables, home folder and root.
    """
    own = environment.folder("XDG_CONFIG_HOME", ".config")
    return own / "sealwright" / _NAME, environment.system(f"/etc/sealwright/{_NAME}")


def find(environment: Environment) -> PolicyFile | None:
    """The policy that is in force, or None if there is none.

    Args:
        environment: variables, home folder and root.

    Raises:
        StorageError: it is there and cannot be read.
    """
    for path in paths(environment):
        content = files.read_optional(path, limits.CONFIG_FILE_BYTES)
        if content is not None:
            return PolicyFile(path, content)
    return None


def write(environment: Environment, content: bytes) -> Path:
    """Put a policy in force for this user; what was there before is kept with the ending `.bak`.

    Args:
        environment: variables and home folder.
        content: the policy; the caller has checked it.

    Raises:
        StorageError: it cannot be written.
    """
    path = paths(environment)[0]
    before = files.read_optional(path, limits.CONFIG_FILE_BYTES)
    if before is not None:
        files.write(path.with_name(f"{path.name}.bak"), before, files.PRIVATE)
    files.write(path, content, files.PRIVATE)
    return path
