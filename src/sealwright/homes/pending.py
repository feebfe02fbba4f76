"""Signatures that wait for something, each a file of its own, so that another run can go on with it.

They are in the user's folder of state (`$XDG_STATE_HOME/sealwright/pending`, else below `~/.local/state`),
readable by nobody else. A file is there before anybody is asked, and is removed when the signature is kept.
There are at most `limits.PENDING_SIGNATURES`; those that nobody can go on with any more make room.
"""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.homes import files
from sealwright.homes.environment import Environment

__all__ = ["PendingFolder"]

_NAME = re.compile(r"[0-9a-f]{32}\.json")
_DIGITS = 32


class PendingFolder:
    """The waiting signatures of one user.

    Args:
        path: of the folder; made when the first one is kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, environment: Environment) -> "PendingFolder":
        """That of a user."""
        return cls(environment.folder("XDG_STATE_HOME", ".local", "state") / "sealwright" / "pending")

    @staticmethod
    def name_of(*parts: bytes) -> str:
        """A name for what these parts make up: the same for the same parts."""
        import hashlib  # noqa: PLC0415  # loads OpenSSL, for which a verification need not wait

        digest = hashlib.sha256()
        for part in parts:
            digest.update(len(part).to_bytes(8) + part)
        return digest.hexdigest()[:_DIGITS]

    def keep(self, name: str, content: bytes) -> None:
        """Keep one, at once or not at all; what has its name is replaced.

        Args:
            name: of `name_of`.
            content: at most `limits.PENDING_BYTES`.

        Raises:
            StorageError: `signing.pending-full`, `file.too-large`, `file.unwritable`.
        """
        path = self._file(name)
        if len(content) > limits.PENDING_BYTES:
            raise StorageError("file.too-large", file=str(path), limit=limits.PENDING_BYTES)
        if not path.exists():
            self._make_room()
        files.write(path, content, files.PRIVATE)

    def read(self, name: str) -> bytes | None:
        """One by its name; None if it is not there.

        Raises:
            StorageError: it cannot be read.
        """
        return files.read_optional(self._file(name), limits.PENDING_BYTES)

    def remove(self, name: str) -> None:
        """Remove one, if it is there.

        Raises:
            StorageError: `file.unwritable`.
        """
        path = self._file(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise files.unwritable(path, error) from None

    def names(self) -> Iterator[str]:
        """All of them, in no order."""
        with suppress(OSError):  # nothing was ever kept
            for entry in self._path.iterdir():
                if _NAME.fullmatch(entry.name):
                    yield entry.stem

    def _make_room(self) -> None:
        """Remove what is older than any request can wait, then see whether there is room for one more."""
        count = 0
        oldest = time.time() - limits.PENDING_SECONDS
        for name in list(self.names()):
            try:
                if self._file(name).stat().st_mtime < oldest:
                    self.remove(name)
                    continue
            except FileNotFoundError:  # another process has gone on with it
                continue
            count += 1
        if count >= limits.PENDING_SIGNATURES:
            raise StorageError(
                "signing.pending-full", folder=str(self._path), limit=limits.PENDING_SIGNATURES
            )

    def _file(self, name: str) -> Path:
        return self._path / f"{name}.json"
