"""A folder of verdicts, each in a file named for the question that it answers; see `homes.cache_folder`."""

from pathlib import Path

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.homes import cache_folder
from sealwright.homes.cache_folder import CacheFolder
from sealwright.homes.environment import Environment
from sealwright.verdict import Verdict

__all__ = ["Bounds", "VerdictFolder", "usual_folder"]

_MAGIC = b"sealwright-verdict-1"


class Bounds(cache_folder.Bounds, frozen=True):
    """How much is kept."""

    entries: int = limits.VERDICT_CACHE_ENTRIES
    size: int = limits.VERDICT_CACHE_BYTES
    entry: int = limits.VERDICT_CACHE_ENTRY_BYTES
    seconds: int = limits.VERDICT_CACHE_MOST_SECONDS
    counted_every: int = limits.VERDICT_CACHE_COUNTED_EVERY


def usual_folder(environment: Environment) -> Path:
    """Where verdicts are kept unless another folder is named.

    Args:
        environment: `XDG_CACHE_HOME` and the home folder.
    """
    return environment.folder("XDG_CACHE_HOME", ".cache") / "sealwright" / "verdicts"


class VerdictFolder:
    """The folder. Safe to share between threads and processes.

    Args:
        path: the folder; it is made if it is missing.
        bounds: how much is kept.

    Raises:
        StorageError: `file.unwritable` or `file.folder-unsafe`.
    """

    def __init__(self, path: Path, bounds: Bounds = Bounds()) -> None:  # noqa: B008  # a constant
        self._folder = CacheFolder(path, _MAGIC, bounds)

    def read(self, key: str) -> Verdict | None:
        """The verdict that is kept under a key, or None. What is no verdict is removed.

        Args:
            key: 64 hexadecimal digits.

        Raises:
            StorageError: `file.folder-unsafe` or `file.unreadable`.
        """
        body = self._folder.read(key)
        if body is None:
            return None
        try:
            return Verdict.from_json(body)
        except MalformedContentError:
            self._folder.remove(key)
            return None

    def keep(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict under a key. One that is too large is left out.

        Args:
            key: 64 hexadecimal digits.
            verdict: to be kept.

        Raises:
            StorageError: `file.folder-unsafe` or `file.unwritable`.
        """
        self._folder.keep(key, verdict.to_json())
