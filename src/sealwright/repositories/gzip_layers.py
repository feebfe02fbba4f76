"""Layers compressed and expanded (RFC 1952). The same layer always gives the same bytes: no name, no time."""

import zlib
from collections.abc import Iterable, Iterator

from sealwright import limits
from sealwright.errors import MalformedContentError

__all__ = ["MAGIC", "compressed", "expanded"]

MAGIC = b"\x1f\x8b"
"""How gzip begins."""

_GZIP = 16 + zlib.MAX_WBITS
_LEVEL = 6


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as one gzip stream."""
    squeezing = zlib.compressobj(_LEVEL, wbits=_GZIP)
    for piece in pieces:
        yield squeezing.compress(piece)
    yield squeezing.flush()


def expanded(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    """What is in a gzip stream, of one part or several, in pieces of at most `limits.BLOB_PIECE_BYTES`.

    Args:
        pieces: the stream.
        name: of the image, for messages.

    Raises:
        MalformedContentError: `layout.layer-unreadable`.
    """
    inflating, left, begun = zlib.decompressobj(_GZIP), limits.LAYER_BYTES, False
    for piece in pieces:
        data = piece
        while data:
            if inflating.eof:
                inflating = zlib.decompressobj(_GZIP)
            try:
                found = inflating.decompress(data, limits.BLOB_PIECE_BYTES)
            except zlib.error:
                raise _unreadable(name, "it is damaged") from None
            begun = True
            left -= len(found)
            if left < 0:
                raise _unreadable(name, f"it has more than {limits.LAYER_BYTES} bytes")
            yield found
            data = inflating.unused_data if inflating.eof else inflating.unconsumed_tail
    if begun and not inflating.eof:
        raise _unreadable(name, "it ends in the middle")


def _unreadable(name: str, problem: str) -> MalformedContentError:
    return MalformedContentError("layout.layer-unreadable", name=name, problem=problem)
