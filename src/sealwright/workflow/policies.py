"""Which policy decides: the one named, else the only one present."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.homes import files
from sealwright.homes.notation import policy_files
from sealwright.policy.notation import lowering

if TYPE_CHECKING:
    from sealwright.interfaces import Policy

__all__ = ["load"]


def load(folder: Path, file: Path | None = None, metadata: Mapping[str, str] | None = None) -> "Policy":
    """The policy of a run.

    Args:
        folder: notation's folder, whose policy decides if no file is named.
        file: a policy to decide instead.
        metadata: annotations that the payload must carry beside what the policy asks.

    Raises:
        UsageError: `policy.absent`.
        DocumentError: a `policy.` code.
        StorageError: the file cannot be read.
    """
    if file is not None:
        return lowering.parse(files.read(file, limits.CONFIG_FILE_BYTES), str(file), metadata)
    found = policy_files.find(folder)
    if found is None:
        raise UsageError("policy.absent", folder=str(folder))
    return lowering.parse(found.content, str(found.path), metadata)
