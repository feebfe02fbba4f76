"""Signatures in folders, whatever their layout.

    <repository>@<algorithm>=<hex>/signature-<N>           containers/image
    <host>/<repository>@<algorithm>:<hex>/signature-<N>    atomic before 1.17
    <algorithm>=<hex>/signature-<N>                        OpenShift's releases, N up to 9

A folder may hold all of them. Links are not followed, so that the walk ends.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.signature import Unreadable
from sealwright.stores.importing.found import Found, told_apart
from sealwright.stores.numbered_files import NumberedFiles
from sealwright.stores.reading import Reading
from sealwright.stores.whole_listing import Item

__all__ = ["in_folder"]

_NAME = re.compile(r"(?:(?P<name>[^@]+)@)?(?P<algorithm>sha256|sha384|sha512)[=:](?P<encoded>[0-9a-f]+)")


def in_folder(folder: Path) -> Iterator[Found | Unreadable]:
    """Every signature below a folder, in the order of the names of the folders.

    Args:
        folder: the signature store.

    Raises:
        StorageError: `file.absent` or `file.unreadable`: the folder itself.
    """
    if not folder.is_dir():
        raise StorageError("file.absent", file=str(folder))
    for path, repository, digest in _images(folder):
        for found in Reading().files(NumberedFiles(path)):
            yield told_apart(found, digest, repository) if isinstance(found, Item) else found


def _images(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """The folders that hold signatures of an image: path, repository as far as it is told, digest."""

    def failed(error: OSError) -> None:
        raise StorageError("file.unreadable", file=str(error.filename), problem=error.strerror or str(error))

    for count, (path, folders, _) in enumerate(os.walk(folder, onerror=failed)):
        if count >= limits.IMPORTED_FOLDERS:
            raise StorageError("store.import-too-large", folder=str(folder), limit=limits.IMPORTED_FOLDERS)
        for name in sorted(folders):
            match = _NAME.fullmatch(name)
            if match is None:
                continue
            above = Path(path).relative_to(folder).parts
            repository = "/".join((*above, match["name"])) if match["name"] else ""
            yield Path(path) / name, repository, f"{match['algorithm']}:{match['encoded']}"
        folders[:] = sorted(
            name for name in folders if not _NAME.fullmatch(name) and not name.startswith(".")
        )
