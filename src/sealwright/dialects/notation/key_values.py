"""Flags that take `KEY=VALUE`, over and over."""

from collections.abc import Iterable

from sealwright.dialects.fault import Fault

__all__ = ["pairs"]


def pairs(given: Iterable[str], flag: str) -> dict[str, str]:
    """The pairs of a flag; the last of a key counts.

    Args:
        given: the values of the flag.
        flag: its name, for the text.

    Raises:
        Fault: in notation's words.
    """
    found = {}
    for pair in given:
        key, _, value = pair.partition("=")
        if not key or not value:
            raise Fault(f'could not parse flag {flag}: key-value pair requires "=" as separator')
        found[key] = value
    return found
