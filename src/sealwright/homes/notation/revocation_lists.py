"""Revocation lists as notation keeps them: `crl/<SHA-256 of the URL>` in its folder of caches.

A file holds JSON with `baseCRL` and, for a list that has one, `deltaCRL`, both DER in base64. It is written
beside and renamed, as notation does, so that both programs may share the folder.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.homes import files

__all__ = ["Kept", "keep", "read"]

_FILE_BYTES = 3 * limits.CRL_BYTES
"""Two lists of the largest size in base64."""


class Kept(msgspec.Struct, frozen=True):
    """A base list, its delta list if it has one, and when the file was written. Nothing was verified."""

    base: bytes
    delta: bytes | None
    written: datetime


class _File(msgspec.Struct, frozen=True, omit_defaults=True):
    base: bytes = msgspec.field(name="baseCRL")
    delta: bytes | None = msgspec.field(name="deltaCRL", default=None)


def read(folder: Path, url: str) -> Kept | None:
    """What is kept of a URL; None if there is nothing.

    Args:
        folder: notation's folder of caches.
        url: of the base list.

    Raises:
        StorageError: `file.not-regular`, `file.too-large`, `file.unreadable`, also of what is no such file.
    """
    path = _path(folder, url)
    content = files.read_optional(path, _FILE_BYTES)
    if content is None:
        return None
    try:
        found = msgspec.json.decode(content, type=_File)
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, OSError) as error:
        raise StorageError("file.unreadable", file=str(path), problem=str(error)) from None
    return Kept(found.base, found.delta, written)


def keep(folder: Path, url: str, base: bytes) -> None:
    """Keep a list that has no delta list.

    Args:
        folder: notation's folder of caches; made if it is missing.
        url: of the list.
        base: its DER bytes.

    Raises:
        StorageError: `file.unwritable`.
    """
    files.write(_path(folder, url), msgspec.json.encode(_File(base)), files.PRIVATE)


def _path(folder: Path, url: str) -> Path:
    return folder / "crl" / hashlib.sha256(url.encode()).hexdigest()
