"""An image layout in memory: the product's own layout code over a dictionary instead of files."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from sealwright import limits
from sealwright.digest import Digest
from sealwright.repositories.layout import ImageLayout

__all__ = ["MemoryStorage", "memory_layout"]

EMPTY_INDEX = b'{"schemaVersion":2,"manifests":[]}'


class MemoryStorage:
    """Blobs by digest, and the index.

    Args:
        blobs: to start with.
        index: to start with.
    """

    path = "memory"

    def __init__(self, blobs: Mapping[Digest, bytes] | None = None, index: bytes = EMPTY_INDEX) -> None:
        self.blobs = dict(blobs or {})
        self.content = index

    def index(self) -> bytes:
        return self.content

    def size(self, digest: Digest) -> int | None:
        return len(self.blobs[digest]) if digest in self.blobs else None

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        content = self.blobs[digest]
        for start in range(0, len(content), limits.BLOB_PIECE_BYTES):
            yield content[start : start + limits.BLOB_PIECE_BYTES]

    def put(self, digest: Digest, pieces: Iterable[bytes]) -> None:
        self.blobs[digest] = b"".join(pieces)

    def remove(self, digest: Digest) -> None:
        self.blobs.pop(digest, None)

    @contextmanager
    def writing(self) -> Iterator[None]:
        yield

    def replace_index(self, content: bytes) -> None:
        self.content = content

    def close(self) -> None:
        pass

    def copy(self) -> "MemoryStorage":
        """The same content, to be changed on its own."""
        return MemoryStorage(self.blobs, self.content)


def memory_layout(storage: MemoryStorage | None = None) -> ImageLayout:
    """A layout over a storage, or a new empty one."""
    return ImageLayout(storage or MemoryStorage())
