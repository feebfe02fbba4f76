"""notation's policy files: `trustpolicy.oci.json`, else `trustpolicy.json`, the older name."""

from pathlib import Path
from typing import NamedTuple

from sealwright import limits
from sealwright.errors import DocumentError
from sealwright.homes import files

__all__ = ["NAMES", "PolicyFile", "find", "write"]

NAMES = ("trustpolicy.oci.json", "trustpolicy.json")


class PolicyFile(NamedTuple):
    """A policy as it stands on disk."""

    path: Path
    content: bytes


def find(folder: Path) -> PolicyFile | None:
    """The policy that is in force, or None if there is none.

    Args:
        folder: notation's folder.

    Raises:
        DocumentError: `policy.not-regular`; a symbolic link counts as none of ours, as in the reference.
        StorageError: the file cannot be read.
    """
    for name in NAMES:
        path = folder / name
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise DocumentError("policy.not-regular", file=str(path))
        content = files.read_optional(path, limits.CONFIG_FILE_BYTES)
        if content is not None:
            return PolicyFile(path, content)
    return None


def write(folder: Path, content: bytes) -> Path:
    """Put a policy in force under its newer name; what was in force before is kept with the ending `.bak`.

    Args:
        folder: notation's folder.
        content: the policy; the caller has checked it.

    Raises:
        StorageError: it cannot be written.
    """
    path = folder / NAMES[0]
    before = find(folder)
    if before is not None:
        files.write(before.path.with_name(before.path.name + ".bak"), before.content, files.PRIVATE)
    files.write(path, content, files.PRIVATE)
    (folder / NAMES[1]).unlink(missing_ok=True)
    return path
