"""Names in folders that outlive a power cut: a name is on the disk when its folder was flushed."""

import os
from pathlib import Path

__all__ = ["flush_folder", "make_folder"]


def flush_folder(folder: Path) -> None:
    """Return only when the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter, with the folders above it, so that their names last."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    flush_folder(folder.parent)
