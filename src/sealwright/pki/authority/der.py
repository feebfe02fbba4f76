"""The few elements of DER that tokens are made of (X.690); the library takes milliseconds for each."""

from collections.abc import Iterable
from datetime import UTC, datetime

__all__ = ["context", "integer", "octets", "sequence", "set_of", "time"]

_SHORT = 0x80
_INTEGER, _OCTETS, _TIME, _SEQUENCE, _SET = 0x02, 0x04, 0x18, 0x30, 0x31
_CONTEXT, _CONSTRUCTED = 0x80, 0x20


def element(tag: int, content: bytes) -> bytes:
    """One element, its length in the fewest octets."""
    size = len(content)
    if size < _SHORT:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, _SHORT | len(length))) + length + content


def sequence(*members: bytes) -> bytes:
    """Members one after another."""
    return element(_SEQUENCE, b"".join(members))


def set_of(members: Iterable[bytes]) -> bytes:
    """Members in the order that DER has for them (X.690, section 11.6)."""
    return element(_SET, b"".join(sorted(members)))


def context(number: int, content: bytes, *, constructed: bool = True) -> bytes:
    """An element that its place in a structure explains."""
    return element(_CONTEXT | number | (_CONSTRUCTED if constructed else 0), content)


def integer(value: int, tag: int = _INTEGER) -> bytes:
    """A whole number, in the fewest octets that keep its sign."""
    bits = value.bit_length() if value >= 0 else (value + 1).bit_length()
    return element(tag, value.to_bytes(bits // 8 + 1, signed=True))


def octets(content: bytes) -> bytes:
    """Any bytes."""
    return element(_OCTETS, content)


def time(at: datetime) -> bytes:
    """A GeneralizedTime to the millisecond, without zeros at its end (X.690, section 11.7)."""
    at = at.astimezone(UTC)
    fraction = f".{at.microsecond // 1000:03}".rstrip("0").rstrip(".")
    return element(_TIME, f"{at:%Y%m%d%H%M%S}{fraction}Z".encode())
