"""The processes in which modules of PKCS #11 run."""

import os
from pathlib import Path

__all__ = ["alive", "children"]

_PROGRAM = b"sealwright.keys.pkcs11.worker"


def children(of: int | None = None) -> list[int]:
    """The processes with modules that a process, or this one, has started and that have not ended."""
    parent = of or os.getpid()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, above = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                if int(above) == parent and state != "Z" and _PROGRAM in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except OSError:  # it has ended meanwhile
                continue
    return sorted(found)


def alive(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return "Z" != Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
