"""Files of certificates, and trust stores as folders, with what Go says where they cannot be read."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.dialects.cobra import Fault, Invocation
from sealwright.dialects.go_text import os_error
from sealwright.errors import MalformedContentError
from sealwright.homes.notation.folder import config_folder
from sealwright.policy.notation.document import STORE_KINDS, is_store_name

if TYPE_CHECKING:
    from sealwright.pki.certificate import Certificate

__all__ = ["listed", "read", "read_some", "require_kind", "require_store_name", "store_path"]


def store_path(invocation: Invocation, *names: str) -> str:
    """The folder of trust stores, or what is in it by these names, with `..` worked out as Go does."""
    return os.path.normpath(os.path.join(config_folder(invocation.environment), "truststore", "x509", *names))  # noqa: PTH118  # as Go joins


def require_kind(kind: str) -> None:
    """Check the type of a trust store.

    Raises:
        Fault: in notation's words.
    """
    if not kind:
        raise Fault("store type cannot be empty")
    if kind not in STORE_KINDS:
        raise Fault(f"unsupported store type: {kind}")


def require_store_name(name: str) -> None:
    """Check the name of a trust store; `.` and `..`, which name other folders, are none.

    Raises:
        Fault: in notation's words.
    """
    if not is_store_name(name):
        raise Fault("named store name needs to follow [a-zA-Z0-9_.-]+ format")


def read(path: str) -> tuple["Certificate", ...]:
    """The certificates of a file: one or more in PEM, or one in DER; none if it is empty.

    Raises:
        Fault: in Go's words.
    """
    from sealwright.pki import certificate  # noqa: PLC0415  # heavy

    try:
        with Path(path).open("rb") as file:
            content = file.read(limits.TRUST_STORE_FILE_BYTES + 1)
    except IsADirectoryError as error:
        raise Fault(os_error("read", path, error)) from None
    except OSError as error:
        raise Fault(os_error("open", path, error)) from None
    if len(content) > limits.TRUST_STORE_FILE_BYTES:
        raise Fault(f"{path} has over {limits.TRUST_STORE_FILE_BYTES} bytes")
    if not content:
        return ()
    try:
        return certificate.parse_file(content)
    except MalformedContentError as error:
        within = "tbs " if error.code == "certificate.other-block" else ""
        raise Fault(f"x509: malformed {within}certificate") from None


def read_some(path: str) -> tuple["Certificate", ...]:
    """The certificates of a file, at least one.

    Raises:
        Fault: in Go's words.
    """
    found = read(path)
    if not found:
        raise Fault("no valid certificate found in the file")
    return found


def listed(top: str, depth: int) -> Iterator[str]:
    """The files of certificates in a folder and so many levels of folders below it, in Go's order.

    Symbolic links are passed over; a folder that is not there has none.

    Args:
        top: a folder.
        depth: levels.

    Raises:
        Fault: a file cannot be read, in Go's words.
    """
    try:
        entries = sorted(os.scandir(top), key=lambda entry: os.fsencode(entry.name))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise Fault(os_error("open", top, error)) from None
    for entry in entries:
        if entry.is_dir(follow_symlinks=False) and depth:
            yield from listed(entry.path, depth - 1)
        elif entry.is_file(follow_symlinks=False) and read(entry.path):
            yield entry.path
