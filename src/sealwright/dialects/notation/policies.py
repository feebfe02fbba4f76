"""The trust policy of the line: its file, read and checked."""

from pathlib import Path

from sealwright.dialects.fault import Fault
from sealwright.dialects.notation.lines import LINES
from sealwright.dialects.notation.words import said, text
from sealwright.errors import SealwrightError
from sealwright.homes.notation import policy_files
from sealwright.policy.notation import lowering
from sealwright.policy.notation.lowering import NotationPolicy

__all__ = ["file_names", "find", "load"]


def file_names(line: str) -> tuple[str, ...]:
    """The names of files that may hold the policy; the first that is there is in force.

    Args:
        line: of notation.
    """
    return tuple(dict.fromkeys((LINES[line].policy_file, policy_files.NAMES[-1])))


def find(folder: Path, line: str) -> policy_files.PolicyFile | None:
    """The file that is in force.

    Raises:
        DocumentError: `policy.not-regular`.
        StorageError: it cannot be read.
    """
    return policy_files.find(folder, file_names(line))


def load(folder: Path, line: str) -> NotationPolicy:
    """The policy that is in force.

    Args:
        folder: notation's folder.
        line: of notation.

    Raises:
        Fault: there is none, or it cannot be used.
    """
    try:
        found = find(folder, line)
        if found is None:
            raise Fault(text("policy.absent", {"folder": folder}, line))
        return lowering.parse(found.content, str(found.path))
    except SealwrightError as error:
        if error.code in ("file.unreadable", "file.not-regular"):
            raise Fault(
                "unable to read trust policy due to file permissions, "
                f"please verify the permissions of {error.data['file']}"
            ) from None
        raise Fault(said(error, line)) from None
