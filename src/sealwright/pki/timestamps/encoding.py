"""ASN.1 as it comes, made definite: BER in, and out what DER allows of lengths.

Sources: X.690, sections 8.1.3 (lengths) and 8.7.3 (octet strings in pieces). Authorities write BER here and
there, and what they sign is meant in DER (RFC 5652, section 5.4).

One pass, without recursion, so that whatever reads the result later meets bounded depth and size:

1. the element is no larger than its bound, and nothing stands behind it
2. no more elements, and none deeper, than `limits` allow
3. lengths become definite and as short as can be; octet strings in pieces become one piece
4. all else stays as it came, to the byte
"""

import msgspec

from sealwright import limits
from sealwright.errors import MalformedContentError

__all__ = ["definite"]

_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_OCTETS = 0x04
_OCTETS_IN_PIECES = _OCTETS | _CONSTRUCTED
_INDEFINITE = 0x80
_END = b"\0\0"
_LENGTH_OCTETS = 4
"""No more octets than these for a length: they can say 4 GiB."""


class _Open(msgspec.Struct):
    """An element that has begun: it ends at `end`, or at two zero octets before that if it is indefinite."""

    tag: int
    end: int
    indefinite: bool
    pieces: list[bytes]


def definite(content: bytes) -> bytes:
    """The one element in `content`, its lengths definite. Bytes in DER come back as they are.

    Args:
        content: BER or DER.

    Raises:
        MalformedContentError: `timestamp.malformed`.
    """
    if len(content) > limits.TIMESTAMP_BYTES:
        raise _malformed(f"it is larger than {limits.TIMESTAMP_BYTES} bytes")
    whole = _Open(0, len(content), indefinite=False, pieces=[])
    opened = [whole]
    at = 0
    for _ in range(limits.TIMESTAMP_ELEMENTS):
        at = _ended(content, _begun(content, at, opened), opened)
        if len(opened) == 1:
            break
    else:
        raise _malformed(f"it has more than {limits.TIMESTAMP_ELEMENTS} elements")
    if at != len(content):
        raise _malformed("something stands behind it")
    return whole.pieces[0]


def _begun(content: bytes, at: int, opened: list[_Open]) -> int:
    """Take the element at `at`, or begin it if it holds others; gives where to go on."""
    tag, length, start = _head(content, at, opened[-1].end)
    if tag & _CONSTRUCTED:
        if len(opened) > limits.TIMESTAMP_DEPTH:
            raise _malformed(f"it is nested deeper than {limits.TIMESTAMP_DEPTH} levels")
        end = opened[-1].end if length is None else start + length
        opened.append(_Open(tag, end, length is None, []))
        return start
    if length is None:
        raise _malformed("an element that holds no others has no length")
    _keep(tag, content[start : start + length], opened[-1])
    return start + length


def _ended(content: bytes, at: int, opened: list[_Open]) -> int:
    """Write whatever ends at `at` into what holds it; gives where to go on."""
    while len(opened) > 1:
        last = opened[-1]
        if last.indefinite and content[at : min(at + 2, last.end)] == _END:
            at += len(_END)
        elif last.indefinite or at != last.end:
            break
        opened.pop()
        tag = _OCTETS if last.tag == _OCTETS_IN_PIECES else last.tag
        _keep(tag, b"".join(last.pieces), opened[-1])
    return at


def _head(content: bytes, at: int, bound: int) -> tuple[int, int | None, int]:
    """Tag, length and start of the content of the element at `at`; no length if it is indefinite."""
    if at + 2 > bound:
        raise _malformed("it ends too early", "" if content else "empty")
    tag, length = content[at], content[at + 1]
    start = at + 2
    if tag & _LONG_TAG == _LONG_TAG:
        raise _malformed("it has an element with a long tag")
    if not tag:
        raise _malformed("it has an end of contents where none can be")
    if length == _INDEFINITE:
        return tag, None, start
    if length > _INDEFINITE:
        octets = length - _INDEFINITE
        if octets > _LENGTH_OCTETS:
            raise _malformed("a length is written in too many octets")
        start += octets
        length = int.from_bytes(content[at + 2 : start])
    if start + length > bound:
        fault = "short" if start == at + 2 else "long"
        raise _malformed("an element reaches over the end of the one that holds it", fault)
    return tag, length, start


def _keep(tag: int, content: bytes, into: _Open) -> None:
    if into.tag != _OCTETS_IN_PIECES:
        into.pieces.append(_element(tag, content))
    elif tag == _OCTETS:
        into.pieces.append(content)
    else:
        raise _malformed("an octet string in pieces has a piece that is none")


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < _INDEFINITE:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, _INDEFINITE + len(length))) + length + content


def _malformed(problem: str, fault: str = "") -> MalformedContentError:
    return MalformedContentError("timestamp.malformed", problem=problem, fault=fault)
