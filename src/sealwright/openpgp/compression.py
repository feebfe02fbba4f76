"""Compressed data packets (RFC 4880, section 5.6): none, ZIP, ZLIB and BZip2, and never more than asked."""

import bz2
import zlib

from sealwright.openpgp.packets import malformed

__all__ = ["expanded"]

_NONE, _ZIP, _ZLIB, _BZIP2 = 0, 1, 2, 3
_RAW = -zlib.MAX_WBITS


def expanded(body: bytes, most: int) -> bytes:
    """What a compressed data packet holds.

    Args:
        body: of the packet: one byte names the algorithm, the rest is the data.
        most: the most bytes that may come out.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`, also if more would come out.
    """
    if not body:
        raise malformed("a compressed packet is empty")
    algorithm, data = body[0], body[1:]
    if algorithm == _NONE:
        content, ended = data, True
    elif algorithm in (_ZIP, _ZLIB):
        inflating = zlib.decompressobj(_RAW if algorithm == _ZIP else zlib.MAX_WBITS)
        try:
            content = inflating.decompress(data, most + 1)
        except zlib.error:
            raise malformed("its compressed data is damaged") from None
        ended = inflating.eof and not inflating.unused_data
    elif algorithm == _BZIP2:
        unpacking = bz2.BZ2Decompressor()
        try:
            content = unpacking.decompress(data, most + 1)
        except (OSError, ValueError):
            raise malformed("its compressed data is damaged") from None
        ended = unpacking.eof and not unpacking.unused_data
    else:
        raise malformed(f"it is compressed by the unknown algorithm {algorithm}")
    if len(content) > most:
        raise malformed(f"it holds more than {most} bytes")
    if not ended:
        raise malformed("its compressed data does not end where its packet does")
    return content
