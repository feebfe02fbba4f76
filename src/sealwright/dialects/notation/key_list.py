"""notation's list of signing keys, with its words for what is wrong with it."""

from pathlib import Path

from sealwright.dialects.cobra import Fault, Invocation
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation.broken_files import json_problem
from sealwright.errors import DocumentError
from sealwright.homes.notation import signing_keys
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.notation.signing_keys import SigningKeys

__all__ = ["folder", "read", "require_name"]


def folder(invocation: Invocation) -> Path:
    """The folder of notation."""
    return config_folder(invocation.environment)


def read(place: Path) -> SigningKeys:
    """The keys of a folder; none if there is no file.

    Args:
        place: notation's folder.

    Raises:
        Fault: in notation's words.
        DocumentError: it is no JSON of that kind, or names repeat.
        StorageError: it cannot be read.
    """
    path = place / signing_keys.FILE
    if path.is_symlink() or path.is_dir():
        raise Fault(f"{quote(str(path))} is not a regular file (symlinks are not supported)")
    try:
        keys = signing_keys.read(place)
    except DocumentError as error:
        problem = json_problem(error)
        if problem:
            raise Fault(problem) from None
        raise
    if any(not key.name for key in keys.keys):
        raise Fault(f"malformed {signing_keys.FILE}: key name cannot be empty")
    if keys.default is not None and not keys.default:
        raise Fault(f"malformed {signing_keys.FILE}: default key name cannot be empty")
    return keys


def require_name(name: str) -> None:
    """Check that a key is named at all.

    Raises:
        Fault: in notation's words.
    """
    if not name:
        raise Fault("key name cannot be empty")
