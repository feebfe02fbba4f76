"""The state of the trust stores as one digest: every file of every store, by its name and its bytes.

Two states with the same digest hold the same; reading them reads no certificate, so a broken store has a
state like any other.
"""

import os
from hashlib import sha256
from pathlib import Path

from sealwright.digest import Digest
from sealwright.policy.notation.document import STORE_KINDS

__all__ = ["trust_state"]

_PIECE_BYTES = 64 * 1024


def trust_state(folder: Path) -> Digest:
    """The digest of all trust stores as they are now.

    Args:
        folder: notation's folder.
    """
    state = sha256()
    for kind in STORE_KINDS:
        place = folder / "truststore" / "x509" / kind
        for path in sorted(place.rglob("*")):
            said = f"{path.relative_to(folder)}\0{_state_of(path)}\n"
            state.update(said.encode("utf-8", "surrogateescape"))
    return Digest(f"sha256:{state.hexdigest()}")


def _state_of(path: Path) -> str:
    """What a path is: where a link leads, a folder, the digest of a file, or why it cannot be read."""
    if path.is_symlink():
        return f"link {os.readlink(path)}"  # noqa: PTH115  # as it stands there
    if path.is_dir():
        return "folder"
    if not path.is_file():
        return "other"
    content = sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                content.update(piece)
    except OSError as error:
        return f"unreadable {error.strerror}"
    return f"file {content.hexdigest()}"
