"""One folder put in the place of another, so that there is always one of them, whole."""

import ctypes
import os
import shutil
import sys
from pathlib import Path

from sealwright.homes import files

__all__ = ["put_in_place"]

_AT_FDCWD = -100
_EXCHANGE = 2


def put_in_place(new: Path, place: Path, *, at_once: bool = True) -> None:
    """Put a folder in its place, and take away what was there.

    Args:
        new: a folder in the same file system; gone afterwards.
        place: where it goes; a folder may be there.
        at_once: let both change places in one step where the system can; else there are two.

    Raises:
        StorageError: `file.unwritable`; what was there is still there.
    """
    try:
        if not os.path.lexists(place):
            new.rename(place)
        else:
            if not at_once or not _exchanged(new, place):
                old = new.with_name(f"{new.name}.old")
                place.rename(old)
                try:
                    new.rename(place)
                except OSError:
                    old.rename(place)
                    raise
                new = old
            shutil.rmtree(new)
        files.sync_folder(place.parent)
    except OSError as error:
        raise files.unwritable(place, error) from None


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, which Linux can (renameat2)."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE)
    return done == 0
