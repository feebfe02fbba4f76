"""notation's policy files.

The one for images is `trustpolicy.oci.json`, else `trustpolicy.json`, the older name; the one for files is
`trustpolicy.blob.json`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sealwright import limits
from sealwright.errors import DocumentError
from sealwright.homes import files

__all__ = ["BLOB_NAMES", "NAMES", "PolicyFile", "find", "write"]

NAMES = ("trustpolicy.oci.json", "trustpolicy.json")
BLOB_NAMES = ("trustpolicy.blob.json",)


class PolicyFile(NamedTuple):
    """A policy as it stands on disk."""

    path: Path
    content: bytes


def find(folder: Path, names: Sequence[str] = NAMES) -> PolicyFile | None:
    """The policy that is in force, or None if there is none.

    Args:
        folder: notation's folder.
        names: of the files that may hold it, the first that is there wins; older notations know one only.

    Raises:
        DocumentError: `policy.not-regular`; a symbolic link counts as none of ours, as in the reference.
        StorageError: the file cannot be read.
    """
    for name in names:
        path = folder / name
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise DocumentError("policy.not-regular", file=str(path))
        content = files.read_optional(path, limits.CONFIG_FILE_BYTES)
        if content is not None:
            return PolicyFile(path, content)
    return None


def write(folder: Path, content: bytes, names: Sequence[str] = NAMES) -> Path:
    """Put a policy in force; what was in force before is kept with the ending `.bak`.

    The file in force is replaced. Where there is none, the last name is chosen: for images it is the older
    one, because every version of notation reads it. 1.x knows no other, and 2.x falls back to it.

    Args:
        folder: notation's folder.
        content: the policy; the caller has checked it.
        names: of the files that may hold it.

    Raises:
        DocumentError: `policy.not-regular`.
        StorageError: it cannot be written.
    """
    before = find(folder, names)
    path = folder / names[-1] if before is None else before.path
    if before is not None:
        files.write(path.with_name(path.name + ".bak"), before.content, files.PRIVATE)
    files.write(path, content, files.PRIVATE)
    return path
