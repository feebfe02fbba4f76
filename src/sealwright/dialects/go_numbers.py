"""Booleans and integers as Go's strconv reads them (ParseBool, ParseInt with base 0 and 64 bits)."""

import re

from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote

__all__ = ["parse_bool", "parse_int"]

_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})
_INTEGER = re.compile(
    r"([+-]?)(?:0[xX]((?:_?[0-9a-fA-F])+)|0[bB]((?:_?[01])+)|0[oO]?((?:_?[0-7])+)|((?:[1-9](?:_?[0-9])*)|0))",
    re.ASCII,
)
_BASES = (16, 2, 8, 10)
_BITS = 63
_DIGITS = "0123456789abcdef"
_PREFIXES = {"0x": 16, "0b": 2, "0o": 8}


def parse_bool(text: str) -> bool:
    """A boolean.

    Raises:
        Fault: with strconv's text.
    """
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise Fault(f"strconv.ParseBool: parsing {quote(text)}: invalid syntax")


def parse_int(text: str) -> int:
    """An integer: decimal, or with 0x, 0b, 0o or 0 before it; underscores may part digits.

    Raises:
        Fault: with strconv's text.
    """
    if _overflows(text):
        raise Fault(f"strconv.ParseInt: parsing {quote(text)}: value out of range")
    read = _INTEGER.fullmatch(text)
    if read is None:
        raise Fault(f"strconv.ParseInt: parsing {quote(text)}: invalid syntax")
    digits, base = next((part, base) for part, base in zip(read.groups()[1:], _BASES, strict=True) if part)
    number = int(digits.replace("_", ""), base) * (-1 if read[1] == "-" else 1)
    if not -(1 << _BITS) <= number < 1 << _BITS:
        raise Fault(f"strconv.ParseInt: parsing {quote(text)}: value out of range")
    return number


def _overflows(text: str) -> bool:
    """Whether the digits exceed 64 bits before anything else is wrong: so far Go reads, and no further."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    base = _PREFIXES.get(digits[:2].lower())
    if base is None:
        base = 8 if digits.startswith("0") else 10
    else:
        digits = digits[2:]
    number = 0
    for letter in digits:
        if letter == "_":
            continue
        digit = _DIGITS.find(letter.lower())
        if not 0 <= digit < base:
            return False
        number = number * base + digit
        if number >> _BITS + 1:
            return True
    return False
