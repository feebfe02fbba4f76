"""Names of images from the command line, with those of standard input in the place of `-`."""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from sealwright import limits

__all__ = ["readable", "typed"]

_PIECE_BYTES = 64 * 1024


def typed(images: Iterable[str]) -> Iterator[str]:
    """Every name, read as it is wanted; bytes that are no UTF-8 are escaped, since no name has any.

    On standard input each line is a name; empty lines and those that begin with `#` are left out.

    Args:
        images: of the command line.
    """
    for image in images:
        if image == "-":
            lines = (line.strip() for line in _lines(sys.stdin))
            yield from (line for line in lines if line and not line.startswith("#"))
        else:
            yield readable(image)


def readable(name: str) -> str:
    """A word of the command line with bytes that are no UTF-8 escaped: it can be written down anywhere."""
    return name if name.isascii() else _text(os.fsencode(name))


def _lines(stream: TextIO) -> Iterator[str]:
    """The lines of a stream, each as soon as it is there.

    They are read below Python's buffers: a thread that waits inside one of these when the program ends would
    take the whole interpreter down. A line that is longer than any name is cut, and is then no name.
    """
    try:
        descriptor = stream.fileno()
    except (io.UnsupportedOperation, OSError):
        yield from stream
        return
    rest = b""
    while piece := os.read(descriptor, _PIECE_BYTES):
        *lines, rest = (rest + piece).split(b"\n")
        yield from map(_text, lines)
        rest = rest[: limits.REFERENCE_LENGTH + _PIECE_BYTES]
    if rest:
        yield _text(rest)


def _text(name: bytes) -> str:
    return name.decode(errors="backslashreplace")
