"""Packet framing (RFC 4880, section 4.2; RFC 9580, section 4.2).

    old format   10tttt00 / 01 / 10   length in 1, 2 or 4 bytes
                 10tttt11             no length: to the end of the input
    new format   11tttttt  0-191      length in 1 byte
                           192-223    length in 2 bytes
                           224-254    a part of 2^n bytes, then the next length
                           255        length in 4 bytes more

Only data packets may come in parts or without a length.
"""

from collections.abc import Iterator

import msgspec

from sealwright import limits
from sealwright.errors import MalformedSignatureError

__all__ = [
    "COMPRESSED",
    "ENCRYPTED",
    "LITERAL",
    "MARKER",
    "ONE_PASS",
    "PADDING",
    "SIGNATURE",
    "Packet",
    "framed",
    "malformed",
    "read",
]

SIGNATURE = 2
ONE_PASS = 4
COMPRESSED = 8
MARKER = 10
LITERAL = 11
PADDING = 21
ENCRYPTED = frozenset({1, 3, 9, 18, 20})
"""Session keys and encrypted data of every kind."""

_DATA = frozenset({COMPRESSED, LITERAL, 9, 18, 20})
_PACKET = 0x80
_NEW = 0x40
_INDETERMINATE = 3
_TWO_BYTES = 192
_PARTS = 224
_FOUR_BYTES = 255


class Packet(msgspec.Struct, frozen=True):
    """One packet: its tag and its body, put together if it came in parts."""

    tag: int
    body: bytes


def framed(packet: Packet) -> bytes:
    """A packet as bytes, in the new format with a length of four bytes."""
    return bytes([_PACKET | _NEW | packet.tag, _FOUR_BYTES]) + len(packet.body).to_bytes(4) + packet.body


def malformed(problem: str) -> MalformedSignatureError:
    """The error for bytes that are no OpenPGP message."""
    return MalformedSignatureError("parse.openpgp-malformed", problem=problem)


def read(content: bytes, most: int = limits.OPENPGP_PACKETS) -> Iterator[Packet]:
    """The packets of a message, one after the other to its end.

    Args:
        content: all of the bytes, binary.
        most: packets that are read.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`.
    """
    at = 0
    count = 0
    while at < len(content):
        count += 1
        if count > most:
            raise malformed(f"more than {most} packets")
        head = content[at]
        if not head & _PACKET:
            raise malformed("a packet does not begin as packets do")
        if head & _NEW:
            tag = head & 0x3F
            body, at = _new_body(content, at + 1, tag)
        else:
            tag = (head >> 2) & 0x0F
            body, at = _old_body(content, at + 1, tag, head & 3)
        yield Packet(tag, body)


def _old_body(content: bytes, at: int, tag: int, kind: int) -> tuple[bytes, int]:
    """The body of a packet of the old format, and where the next packet begins."""
    if kind == _INDETERMINATE:
        if tag not in _DATA:
            raise malformed(f"a packet of the kind {tag} has no length")
        return content[at:], len(content)
    width = 1 << kind
    length = int.from_bytes(_taken(content, at, width))
    return _taken(content, at + width, length), at + width + length


def _new_body(content: bytes, at: int, tag: int) -> tuple[bytes, int]:
    """The body of a packet of the new format, and where the next packet begins."""
    parts = bytearray()
    for _ in range(limits.OPENPGP_PARTS):
        length, at, last = _new_length(content, at)
        if last and not parts:
            return _taken(content, at, length), at + length
        if tag not in _DATA:
            raise malformed(f"a packet of the kind {tag} comes in parts")
        parts += _taken(content, at, length)
        at += length
        if last:
            return bytes(parts), at
    raise malformed(f"a packet in more than {limits.OPENPGP_PARTS} parts")


def _new_length(content: bytes, at: int) -> tuple[int, int, bool]:
    """A length of the new format, where what it counts begins, and whether it is the last of its packet."""
    first = _taken(content, at, 1)[0]
    if first < _TWO_BYTES:
        return first, at + 1, True
    if first < _PARTS:
        second = _taken(content, at + 1, 1)[0]
        return ((first - _TWO_BYTES) << 8) + second + _TWO_BYTES, at + 2, True
    if first < _FOUR_BYTES:
        return 1 << (first & 0x1F), at + 1, False
    return int.from_bytes(_taken(content, at + 1, 4)), at + 5, True


def _taken(content: bytes, at: int, length: int) -> bytes:
    part = content[at : at + length]
    if len(part) != length:
        raise malformed("it ends in the middle of a packet")
    return part
