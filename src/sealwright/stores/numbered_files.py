"""Files called `signature-1`, `signature-2` and so on, as every client of folders looks for them.

They are read until a number is missing. They are only ever added: a new one gets the first free number, is
complete before it has its name, and never takes the name of another, so that any number of programs may write
at once and a reader, or a crash, finds all of a signature or nothing.
"""

import os
import re
from pathlib import Path

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.homes import files

__all__ = ["NumberedFiles"]


class NumberedFiles:
    """The signatures in a folder.

    Args:
        folder: it need not be there.
        prefix: of their names, such as `<hex>.` for a platform's in a `dir:` image.
    """

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self._folder = folder
        self._prefix = prefix

    def path(self, number: int) -> Path:
        """Of the signature of a number, from 1."""
        return self._folder / f"{self._prefix}signature-{number}"

    def read(self, number: int) -> bytes | None:
        """The content of a signature; None if there is none of that number.

        Raises:
            StorageError: `file.not-regular`, `file.too-large`, `file.unreadable`.
        """
        return files.read_optional(self.path(number), limits.SIMPLE_SIGNATURE_BYTES)

    def beyond(self, missing: int) -> Path | None:
        """The first signature that stands behind a missing number, where no client finds it."""
        name = re.compile(rf"{re.escape(self._prefix)}signature-([1-9][0-9]{{0,8}})")
        try:
            matches = [name.fullmatch(file.name) for file in self._folder.iterdir()]
        except OSError:
            return None
        behind = [int(match[1]) for match in matches if match and int(match[1]) > missing]
        return self.path(min(behind)) if behind else None

    def append(self, content: bytes) -> Path:
        """Keep a signature, unless the very same is there; gives its path.

        Raises:
            StorageError: `file.unwritable`, `store.full`.
        """
        files.make_folder(self._folder)
        temporary = self._folder / f".{self._prefix}signature.{os.urandom(8).hex()}"
        try:
            files.write(temporary, content)
            for number in range(1, limits.SIMPLE_SIGNATURES + 1):
                if self._takes(number, content, temporary):
                    files.sync_folder(self._folder)
                    return self.path(number)
        except OSError as error:
            raise files.unwritable(self._folder, error) from None
        finally:
            temporary.unlink(missing_ok=True)
        raise StorageError("store.full", folder=str(self._folder), limit=limits.SIMPLE_SIGNATURES)

    def _takes(self, number: int, content: bytes, temporary: Path) -> bool:
        """Whether a number holds the content, because it was free, or because it did before."""
        if not self._is_there(number):
            try:
                os.link(temporary, self.path(number))
            except FileExistsError:  # another writer was faster
                pass
            else:
                return True
        try:
            return self.read(number) == content
        except StorageError as error:
            if error.code == "file.unreadable":
                raise
            return False  # no signature, and clients go on behind it

    def _is_there(self, number: int) -> bool:
        return os.path.lexists(self.path(number))
