"""Blobs and the files of their signatures, by notation's rules for their names."""

import os

from sealwright import limits
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import os_error
from sealwright.dialects.notation.signing_flags import envelope_of
from sealwright.dialects.notation.words import said
from sealwright.errors import SealwrightError
from sealwright.homes import files
from sealwright.signature import StoredSignature

__all__ = ["read", "require_readable", "typed_path", "verified_type"]

_PARTS = 3
"""Of the name of a signature, between its points."""


def typed_path(blob: str) -> str:
    """A path as our workflows take it: to notation, `-` is a file of that name."""
    return os.path.join(".", blob) if blob == "-" else blob  # noqa: PTH118  # a text stays as it was typed


def require_readable(blob: str) -> None:
    """Check that a blob can be opened; a pipe is not, for it can be opened once only.

    Raises:
        Fault: it cannot, in the words of Go.
    """
    try:
        os.stat(blob)  # noqa: PTH116  # the path as it was typed, for the message
    except OSError as error:
        raise Fault(os_error("open", blob, error)) from None
    except ValueError:  # a NUL, which no name can hold
        raise Fault(f"open {blob}: invalid argument") from None
    if not os.access(blob, os.R_OK):
        raise Fault(f"open {blob}: permission denied")


def verified_type(path: str) -> str:
    """The media type of a signature, by the name of its file as `blob verify` reads it.

    Raises:
        Fault: the name does not tell.
    """
    name = os.path.basename(path)  # noqa: PTH119  # as Go takes paths apart
    parts = name.split(".")
    if len(parts) == 1 or parts[-1].lower() != "sig":
        raise Fault(f"invalid signature filename {name}. The file extension must be .sig")
    if len(parts) < _PARTS:
        raise Fault(
            f"invalid signature filename {name}. A valid signature file name must contain signature format "
            "and .sig file extension"
        )
    return envelope_of(parts[-2].lower())


def read(path: str, envelope: str, line: str, failed: str = "") -> StoredSignature:
    """The signature in a file.

    Args:
        path: as it was typed.
        envelope: its media type.
        line: of notation.
        failed: what stands before the text of an error.

    Raises:
        Fault: it cannot be read.
    """
    from pathlib import Path  # noqa: PLC0415  # takes long to load, and the name is all that most errors need

    try:
        return StoredSignature("notary", path, envelope, files.read(Path(path), limits.ENVELOPE_BYTES))
    except SealwrightError as error:
        raise Fault(f"{failed}{said(error, line)}") from None
