"""Where the real programs are that judge us."""

import os
import shutil
from pathlib import Path

__all__ = ["find"]

CHECKOUT = Path(__file__).parents[2]
POSTGRESQL = Path("/usr/lib/postgresql")


def find(name: str) -> str | None:
    """The path of a peer, or None.

    `$SEALWRIGHT_PEERS/bin/NAME` (`.peers` by default), else in a virtual environment of its own
    (`$SEALWRIGHT_PEERS/NAME/venv`), else on the PATH, else among the programs of PostgreSQL, which Debian
    keeps apart. With SEALWRIGHT_PEERS_ABSENT set none is found, so that figures do not depend on the machine.
    """
    if os.environ.get("SEALWRIGHT_PEERS_ABSENT"):
        return None
    folder = Path(os.environ.get("SEALWRIGHT_PEERS") or CHECKOUT / ".peers")
    for own in (folder / "bin" / name, folder / name / "venv" / "bin" / name):
        if os.access(own, os.X_OK):
            return str(own)
    return shutil.which(name) or next(map(str, sorted(POSTGRESQL.glob(f"*/bin/{name}"))), None)
