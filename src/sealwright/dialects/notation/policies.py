"""The trust policies of the line, for images and for blobs: their files, read and checked."""

from pathlib import Path

from sealwright.dialects.fault import Fault
from sealwright.dialects.notation.lines import LINES
from sealwright.dialects.notation.words import said, text
from sealwright.errors import DocumentError, SealwrightError
from sealwright.homes.notation import policy_files
from sealwright.policy.notation import document, lowering
from sealwright.policy.notation.document import Artifacts
from sealwright.policy.notation.lowering import NotationPolicy
from sealwright.policy.reading import Reading

__all__ = ["file_names", "find", "is_json", "load", "problem", "unparsed"]

_NOT_JSON = ("policy.malformed", "policy.wrong-type", "policy.unknown-member")


def file_names(line: str, artifacts: Artifacts = "oci") -> tuple[str, ...]:
    """The names of files that may hold the policy; the first that is there is in force.

    Args:
        line: of notation.
        artifacts: what the policy is about.
    """
    if artifacts == "blob":
        return policy_files.BLOB_NAMES
    return tuple(dict.fromkeys((LINES[line].policy_file, policy_files.NAMES[-1])))


def find(folder: Path, line: str, artifacts: Artifacts = "oci") -> policy_files.PolicyFile | None:
    """The file that is in force.

    Raises:
        DocumentError: `policy.not-regular`.
        StorageError: it cannot be read.
    """
    return policy_files.find(folder, file_names(line, artifacts))


def load(folder: Path, line: str, artifacts: Artifacts = "oci", named: str = "") -> NotationPolicy:
    """The policy that is in force.

    Args:
        folder: notation's folder.
        line: of notation.
        artifacts: what the policy is about.
        named: the statement that decides on blobs; empty: the global one.

    Raises:
        Fault: there is none, or it cannot be used.
    """
    try:
        found = find(folder, line, artifacts)
        if found is None:
            raise Fault(text("policy.absent", {"folder": folder}, line))
        return lowering.parse(found.content, str(found.path), None, artifacts, named)
    except SealwrightError as error:
        if error.code in ("file.unreadable", "file.not-regular"):
            raise Fault(
                "unable to read trust policy due to file permissions, "
                f"please verify the permissions of {error.data['file']}"
            ) from None
        raise Fault(said(error, line)) from None


def is_json(folder: Path, line: str, artifacts: Artifacts = "oci") -> bool:
    """Whether a policy is in force that is JSON at least; one that is not is replaced without a question.

    Args:
        folder: notation's folder.
        line: of notation.
        artifacts: what the policy is about.
    """
    try:
        found = find(folder, line, artifacts)
        if found is not None:
            Reading(found.content, str(found.path), "policy")
    except SealwrightError:
        return False
    return found is not None


def unparsed(error: DocumentError, content: bytes) -> str:
    """What keeps a file from being read: in Go's words if it is no JSON, else in ours, for Go names types.

    Empty if it is read, and wrong in another way.

    Args:
        error: as reading the policy raised it.
        content: of the file.
    """
    from sealwright.dialects.go_json_problems import syntax_problem  # noqa: PLC0415  # only for broken files

    return syntax_problem(content) or str(error) if error.code in _NOT_JSON else ""


def problem(content: bytes, file: str, line: str, artifacts: Artifacts = "oci") -> str:
    """What is wrong with a policy, or an empty string.

    Args:
        content: of its file.
        file: the name, for messages.
        line: of notation.
        artifacts: what the policy is about.
    """
    try:
        document.read(content, file, artifacts)
    except DocumentError as error:
        return unparsed(error, content) or said(error, line)
    return ""
