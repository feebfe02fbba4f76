"""Checking content: before it is read, and while it passes by."""

from collections.abc import Iterable, Iterator

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.errors import MalformedContentError

__all__ = ["checked", "require_readable", "require_size"]


def checked(descriptor: Descriptor, pieces: Iterable[bytes], what: str = "blob") -> Iterator[bytes]:
    """The same pieces, checked: the last one is given out after size and digest were found right.

    Args:
        descriptor: what the content should be.
        pieces: the content; never read beyond the announced size by more than one piece.
        what: names it in messages.

    Raises:
        MalformedContentError: `artifact.size-mismatch`, `artifact.digest-mismatch`.
    """
    hasher = descriptor.digest.hasher()
    size = 0
    held = b""
    for piece in pieces:
        size += len(piece)
        if size > descriptor.size:
            break
        hasher.update(piece)
        if held:
            yield held
        held = piece
    require_size(descriptor, size, what)
    found = f"{descriptor.digest.algorithm}:{hasher.hexdigest()}"
    if found != descriptor.digest:
        raise MalformedContentError(
            "artifact.digest-mismatch", what=what, expected=str(descriptor.digest), found=found
        )
    if held:
        yield held


def require_size(descriptor: Descriptor, size: int, what: str) -> None:
    """Raise if `size` is not the announced one.

    Raises:
        MalformedContentError: `artifact.size-mismatch`.
    """
    if size != descriptor.size:
        found = f"more than {descriptor.size}" if size > descriptor.size else size
        raise MalformedContentError(
            "artifact.size-mismatch",
            what=what,
            digest=str(descriptor.digest),
            expected=descriptor.size,
            found=found,
        )


def require_readable(descriptor: Descriptor) -> Descriptor:
    """Give a manifest's descriptor back if it is not too large to be read.

    Raises:
        MalformedContentError: `artifact.too-large`.
    """
    if descriptor.size > limits.MANIFEST_BYTES:
        raise MalformedContentError(
            "artifact.too-large",
            what="manifest",
            digest=str(descriptor.digest),
            size=descriptor.size,
            limit=limits.MANIFEST_BYTES,
        )
    return descriptor
