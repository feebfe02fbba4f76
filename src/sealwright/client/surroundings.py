"""What surrounds a client: the environment, credentials, kept verdicts, and the range of its numbers."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sealwright.errors import UsageError
from sealwright.events import EventSink
from sealwright.homes.credential_helper import Credential
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.workflow.verdict_cache import VerdictCache

__all__ = ["Credentials", "environment_of", "kept", "looked_up", "require_within"]

Credentials = Mapping[str, tuple[str, str]] | Callable[[str, str], tuple[str, str] | None]
"""User name and password: by the registry's domain, or by a function of a repository's domain and path."""


def environment_of(folder: str | os.PathLike[str] | None) -> Environment:
    """That of the process, with another folder of notation's if one is given.

    Args:
        folder: notation's folder, or None.
    """
    current = Environment.current()
    if folder is None:
        return current
    return Environment(
        {**current.variables, "NOTATION_CONFIG": os.fspath(folder)}, current.home, current.root
    )


def looked_up(credentials: Credentials) -> Callable[[str, str], Credential | None]:
    """What the caller knows of a repository, by its domain and path, as the registry client asks for it.

    Args:
        credentials: see `Credentials`.
    """

    def find(domain: str, path: str) -> Credential | None:
        pair = credentials(domain, path) if callable(credentials) else credentials.get(domain)
        return None if pair is None else Credential(*pair, origin="the caller")

    return find


def kept(folder: str | os.PathLike[str], seconds: int, events: EventSink) -> "VerdictCache":
    """A cache of verdicts in a folder.

    Args:
        folder: see `VerdictFolder`.
        seconds: for how long a verdict is used again at most.
        events: is told if the folder fails.

    Raises:
        UsageError: `usage.out-of-range`.
        StorageError: `file.folder-unsafe` or `file.unwritable`.
    """
    from sealwright.homes.verdict_cache import VerdictFolder  # noqa: PLC0415  # only where it is asked for
    from sealwright.workflow.verdict_cache import VerdictCache  # noqa: PLC0415  # the same

    return VerdictCache(VerdictFolder(Path(folder)), seconds, events)


def require_within(name: str, value: int, most: int) -> None:
    """Check that a number is from 1 to `most`.

    Args:
        name: of the argument.
        value: as given.
        most: the largest that is taken.

    Raises:
        UsageError: `usage.out-of-range`.
    """
    if not 1 <= value <= most:
        raise UsageError("usage.out-of-range", name=name, value=value, most=most)
