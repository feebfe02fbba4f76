"""policy.json where skopeo and podman keep it (containers-policy.json(5)).

The user's own, `~/.config/containers/policy.json`, replaces the system's, `/etc/containers/policy.json`, as a
whole; there are no further places.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from sealwright import limits, strict_json
from sealwright.errors import DocumentError
from sealwright.homes import files
from sealwright.homes.environment import Environment

__all__ = ["PolicyFile", "find", "members", "paths", "write"]

_SYSTEM = "/etc/containers/policy.json"


class PolicyFile(NamedTuple):
    """A policy as it stands on disk."""

    path: Path
    content: bytes


def paths(environment: Environment) -> tuple[Path, Path]:
    """Where a policy may be: the user's and the system's. The first that is there is in force.

    Args:
        environment: home folder and root.
    """
    own = environment.home / ".config" / "containers" / "policy.json"
    return own, environment.system(_SYSTEM)


def find(environment: Environment) -> PolicyFile | None:
    """The policy that is in force, or None if there is none.

    Args:
        environment: home folder and root.

    Raises:
        StorageError: it is there and cannot be read.
    """
    for path in paths(environment):
        content = files.read_optional(path, limits.CONFIG_FILE_BYTES)
        if content is not None:
            return PolicyFile(path, content)
    return None


def members(found: PolicyFile) -> dict[str, object]:
    """What stands in a policy, to be changed and written again. Only that it is an object is checked.

    Args:
        found: the file.

    Raises:
        DocumentError: `containers.malformed` or `containers.wrong-type`.
    """
    file = str(found.path)
    try:
        value = strict_json.loads(found.content, limits.CONFIG_FILE_BYTES)
    except strict_json.JsonError as error:
        line, column = error.position
        raise DocumentError(
            "containers.malformed", file=file, line=line, column=column, problem=error.problem
        ) from None
    if not isinstance(value, dict):
        raise DocumentError(
            "containers.wrong-type", file=file, line=1, column=1, where="the document", wanted="an object"
        )
    return cast("dict[str, object]", value)


def write(path: Path, value: Mapping[str, object]) -> None:
    """Put a policy in force, as podman lays it out: four spaces of indent, no newline at the end.

    What was there before is kept beside it with the ending `.bak`. Members stay in the order they are given.

    Args:
        path: of the file; a symbolic link is followed, so that it stays one.
        value: all members, also those that nobody here knows.

    Raises:
        StorageError: it cannot be written.
    """
    place = path.resolve()
    before = files.read_optional(place, limits.CONFIG_FILE_BYTES)
    if before is not None:
        files.write(place.with_name(f"{place.name}.bak"), before)
    files.write(place, json.dumps(value, indent=4, ensure_ascii=False).encode())
