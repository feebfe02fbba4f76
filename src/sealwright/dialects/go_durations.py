"""Durations as Go's package time reads and prints them (ParseDuration, Duration.String), in nanoseconds.

A duration is a sequence of decimal numbers, each with a unit, after an optional sign: `12h`, `-1h30m`,
`1.5h`, `300ms`. Only `0` may stand without a unit.
"""

from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import plain_quote

__all__ = ["SECOND", "parse", "text"]

SECOND = 1_000_000_000
_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,  # U+00B5, the micro sign
    "μs": 1_000,  # U+03BC, the Greek letter
    "ms": 1_000_000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
_DIGITS = "0123456789"
_LARGEST = 1 << 63
_MOST_DIGITS = len(str(_LARGEST))


def parse(typed: str) -> int:
    """A duration in nanoseconds.

    Raises:
        Fault: with Go's text.
    """
    invalid = Fault(f"time: invalid duration {plain_quote(typed)}")
    negative, rest = typed.startswith("-"), typed[1:] if typed[:1] in ("-", "+") else typed
    if rest == "0":
        return 0
    if not rest:
        raise invalid
    total = 0
    while rest:
        whole, fraction, rest = _number(rest)
        amount = int(whole.lstrip("0")[: _MOST_DIGITS + 1] or "0")
        if amount > _LARGEST or not (whole or fraction):
            raise invalid
        length = next((at for at, letter in enumerate(rest) if letter in "." + _DIGITS), len(rest))
        unit, rest = rest[:length], rest[length:]
        if not unit:
            raise Fault(f"time: missing unit in duration {plain_quote(typed)}")
        if unit not in _UNITS:
            raise Fault(f"time: unknown unit {plain_quote(unit)} in duration {plain_quote(typed)}")
        scale = _UNITS[unit]
        total += amount * scale + _part(fraction, scale)
        if total > _LARGEST:
            raise invalid
    if total == _LARGEST and not negative:
        raise invalid
    return -total if negative else total


def text(nanoseconds: int) -> str:
    """A duration as Go prints it: `0s`, `1.5s`, `3h20m0s`, `300ms`, `-12h0m0s`."""
    sign, rest = "-" if nanoseconds < 0 else "", abs(nanoseconds)
    if rest == 0:
        return "0s"
    if rest < SECOND:
        unit = next(name for name in ("ms", "µs", "ns") if rest >= _UNITS[name])
        return f"{sign}{_decimal(rest, _UNITS[unit])}{unit}"
    minutes, rest = divmod(rest, _UNITS["m"])
    hours, minutes = divmod(minutes, 60)
    parts = (f"{hours}h" if hours else "", f"{minutes}m" if hours or minutes else "")
    return f"{sign}{''.join(parts)}{_decimal(rest, SECOND)}s"


def _number(rest: str) -> tuple[str, str, str]:
    """The digits before and after the point of the number that begins a text, and what follows."""
    whole, rest = _taken(rest, _DIGITS)
    fraction = ""
    if rest.startswith("."):
        fraction, rest = _taken(rest[1:], _DIGITS)
    return whole, fraction, rest


def _part(fraction: str, scale: int) -> int:
    """The nanoseconds of a fraction of a unit. Go drops digits that no longer fit; it counts in floats."""
    number, parts = 0, 1
    for digit in fraction:
        further = number * 10 + int(digit)
        if number > (_LARGEST - 1) // 10 or further > _LARGEST:
            break
        number, parts = further, parts * 10
    return int(number * (scale / parts))


def _taken(rest: str, letters: str) -> tuple[str, str]:
    """What begins a text and is made of some letters, and what follows."""
    length = next((at for at, letter in enumerate(rest) if letter not in letters), len(rest))
    return rest[:length], rest[length:]


def _decimal(amount: int, unit: int) -> str:
    whole, fraction = divmod(amount, unit)
    decimals = f"{fraction:0{len(str(unit)) - 1}}".rstrip("0") if fraction else ""
    return f"{whole}.{decimals}" if decimals else str(whole)
