"""Blobs: what a place for them offers, whether it is a folder or an object store.

Content arrives as an upload: the bodies of one request or of several. Each is taken whole or not at all, and
is durable when `extend` or `finish` returns. `finish` makes sure that all of it has its digest; `settle` then
makes it a blob, inside the transaction that speaks of it, which holds the row of that digest. Garbage
collection removes a blob inside such a transaction too, so neither takes from the other.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from sealwright.digest import Digest

__all__ = ["BlobStore", "Part", "Pieces", "Reading", "Stored", "Upload"]

Pieces = AsyncIterator[bytes]
"""The body of a request. It raises where that body is refused or broken off; then nothing of it counts."""


class Part(msgspec.Struct, frozen=True):
    """A part of an upload.

    Attributes:
        first: the position of its first byte.
        size: in bytes.
        name: of the object that holds it, or empty where parts are not kept apart.
    """

    first: int
    size: int
    name: str


class Upload(msgspec.Struct, frozen=True):
    """Content that is arriving.

    Attributes:
        id: its identifier, made by us.
        repository: the repository that it was begun in.
        algorithm: of the digest that is foreseen for it.
        received: bytes that count.
        touched: when it last moved, in microseconds since 1970.
    """

    id: str
    repository: str
    algorithm: str
    received: int
    touched: int

    @property
    def location(self) -> str:
        """Where its next request goes."""
        return f"/v2/{self.repository}/blobs/uploads/{self.id}"

    @property
    def last(self) -> int:
        """The position of the last byte that is there; 0 also if there is none, as the protocol has it."""
        return max(self.received - 1, 0)


class Stored(msgspec.Struct, frozen=True):
    """A blob that is in its place: `changed` is when it was put there, in microseconds since 1970."""

    digest: Digest
    size: int
    changed: int


class Reading(Protocol):
    """An open blob. Whoever opened it closes it, whether or not it was read."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Its bytes, in pieces; raises EOFError where it is shorter than it should be."""

    async def aclose(self) -> None:
        """Let it go."""


class BlobStore(Protocol):
    """A place for blobs. What fails raises `StorageError`, unless it says otherwise."""

    @property
    def place(self) -> str:
        """Where it is, as told to users."""

    async def extend(self, upload: Upload, pieces: Pieces, announced: int | None) -> Part:
        """Take a body as the next part of an upload: all of it, durably, or nothing.

        Args:
            upload: all of it that counts so far.
            pieces: the body.
            announced: how many bytes it is said to have, or None.

        Raises:
            EOFError: the place has lost what counted.
        """

    async def finish(
        self,
        upload: Upload,
        parts: Sequence[Part],
        pieces: Pieces,
        announced: int | None,
        digest: Digest,
    ) -> int:
        """Take a body as the last part, and make sure that the whole has a digest.

        Args:
            upload: all of it that counts so far.
            parts: of that, in order.
            pieces: the body, perhaps empty.
            announced: how many bytes it is said to have, or None.
            digest: what the whole must have.

        Returns:
            The size of the whole in bytes.

        Raises:
            MalformedContentError: `artifact.digest-mismatch`.
            EOFError: the place has lost what counted.
        """

    def settle(self, identifier: str, digest: Digest) -> None:
        """Make the finished upload the blob `digest`; for the transaction that holds the blob's row.

        Raises:
            StorageError: `service.blob-collected`: it must be finished again.
        """

    def forget(self, identifier: str, parts: Sequence[Part]) -> None:
        """Forget what arrived of an upload that was settled; when the transaction has ended well."""

    def drop(self, identifier: str) -> None:
        """Forget what arrived of an upload, if anything is left of it."""

    def tidy(self, wanted: Callable[[str], bool], before: int) -> None:
        """Forget what arrived of uploads that nobody speaks of and that rest since `before`.

        Args:
            wanted: whether an upload of that identifier is spoken of.
            before: in microseconds since 1970.
        """

    async def open(self, digest: Digest, first: int, end: int) -> "Reading":
        """The bytes of a blob from `first` to before `end`.

        Raises:
            FileNotFoundError: it is not there.
        """

    def read(self, digest: Digest, most: int) -> bytes:
        """The first `most` bytes of a blob, on a thread that may wait.

        Raises:
            FileNotFoundError: it is not there.
        """

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        """The bytes of a blob, on a thread that may wait.

        Raises:
            FileNotFoundError: it is not there.
        """

    def size(self, digest: Digest) -> int | None:
        """How large a blob is in bytes, or None if it is not there."""

    def put(self, digest: Digest, pieces: Iterator[bytes]) -> None:
        """Put a blob in its place, durably, on a thread that may wait.

        Raises:
            MalformedContentError: `artifact.digest-mismatch`.
        """

    def remove(self, digest: Digest) -> None:
        """Remove a blob if it is there; for the transaction that holds its row."""

    def stored(self) -> Iterator[Stored]:
        """Every blob that is in its place."""

    def probe(self, *, write: bool) -> None:
        """Return if content can be stored right now, or, unless `write`, read.

        Raises:
            OSError: it cannot.
            StorageError: the same.
        """

    def close(self) -> None:
        """Let it go."""
