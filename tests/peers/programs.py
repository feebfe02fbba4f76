"""Where the real programs are that judge us."""

import os
import shutil
from pathlib import Path

__all__ = ["find"]

CHECKOUT = Path(__file__).parents[2]


def find(name: str) -> str | None:
    """The path of a peer, or None: `$SEALWRIGHT_PEERS/bin/NAME` (`.peers` by default), else on the PATH.

    With SEALWRIGHT_PEERS_ABSENT set none is found, so that figures do not depend on the machine.
    """
    if os.environ.get("SEALWRIGHT_PEERS_ABSENT"):
        return None
    folder = Path(os.environ.get("SEALWRIGHT_PEERS") or CHECKOUT / ".peers")
    own = folder / "bin" / name
    return str(own) if os.access(own, os.X_OK) else shutil.which(name)
