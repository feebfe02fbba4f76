"""What a folder and an archive have in common as the place of an image layout."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from sealwright import limits, strict_json
from sealwright.digest import Digest
from sealwright.errors import StorageError

__all__ = ["LAYOUT_FILE", "LayoutStorage", "blob_name", "failed", "require_version"]

LAYOUT_FILE = b'{"imageLayoutVersion":"1.0.0"}'
"""The content of the file `oci-layout`, the mark of an image layout."""


class LayoutStorage(Protocol):
    """Files of one layout. Everything may raise StorageError."""

    path: str
    """How users call it."""

    def index(self) -> bytes:
        """The content of index.json."""
        ...

    def size(self, digest: Digest) -> int | None:
        """How many bytes a blob has; None if there is none."""
        ...

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        """The bytes of a blob that is there, unchecked."""
        ...

    def put(self, digest: Digest, pieces: Iterable[bytes]) -> None:
        """Write a blob. Whoever gives the pieces checks them."""
        ...

    def remove(self, digest: Digest) -> None:
        """Remove a blob, if it is there."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Keep other writers of the index out."""
        ...

    def replace_index(self, content: bytes) -> None:
        """Write index.json. Call it while `writing`."""
        ...

    def close(self) -> None:
        """Finish: what was written is there for others afterwards."""
        ...


def blob_name(digest: Digest) -> str:
    """The name of a blob within a layout. Safe: a digest holds nothing but letters, digits and one colon."""
    return f"blobs/{digest.algorithm}/{digest.encoded}"


def require_version(content: bytes, path: str) -> None:
    """Raise unless this is the `oci-layout` file of a version that we know.

    Args:
        content: of the file.
        path: of the layout, for messages.

    Raises:
        StorageError: `layout.version-unknown`.
    """
    try:
        value = strict_json.loads(content, limits.CONFIG_FILE_BYTES)
    except strict_json.JsonError:
        value = None
    version = value.get("imageLayoutVersion") if isinstance(value, dict) else None
    if version != "1.0.0":
        raise StorageError("layout.version-unknown", path=path, version=ascii(version)[:60])


def failed(doing: str, path: str, error: OSError) -> StorageError:
    """An error of the operating system as ours.

    Args:
        doing: `read` or `write`.
        path: what was read or written.
        error: what happened.
    """
    return StorageError(f"layout.{doing}-failed", path=path, problem=error.strerror or str(error))
