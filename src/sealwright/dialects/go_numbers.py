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
    read = _INTEGER.fullmatch(text)
    if read is None:
        raise Fault(f"strconv.ParseInt: parsing {quote(text)}: invalid syntax")
    digits, base = next((part, base) for part, base in zip(read.groups()[1:], _BASES, strict=True) if part)
    number = int(digits.replace("_", ""), base) * (-1 if read[1] == "-" else 1)
    if not -(1 << _BITS) <= number < 1 << _BITS:
        raise Fault(f"strconv.ParseInt: parsing {quote(text)}: value out of range")
    return number
