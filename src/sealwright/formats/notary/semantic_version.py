"""Semantic versions, as plugins have them and signatures ask for them.

Source: Semantic Versioning 2.0.0, sections 2, 9, 10 and 11. What follows a plus sign does not count.
"""

import re
from functools import total_ordering

import msgspec

__all__ = ["Version", "parse"]

_IDENTIFIER = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    rf"(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
    r"(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)
_LONGEST = 256
"""Characters. Python turns longer runs of digits into numbers slowly, or not at all."""


@total_ordering
class Version(msgspec.Struct, frozen=True):
    """A version that can be compared. `numbers` are its three, `before` the parts of a pre-release."""

    numbers: tuple[int, int, int]
    before: tuple[str, ...] = ()

    def __lt__(self, other: "Version") -> bool:
        return self._rank < other._rank

    @property
    def _rank(self) -> tuple[object, ...]:
        """A release is later than its pre-releases; numbers come before words, fewer parts before more."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.before)
        return (self.numbers, not self.before, parts)


def parse(text: str) -> Version | None:
    """The version that a text stands for, without a leading "v"; None if it is none.

    Args:
        text: such as `1.2.0-rc.1+build.7`.
    """
    found = _VERSION.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    major, minor, patch, before = found.groups()
    return Version((int(major), int(minor), int(patch)), tuple(before.split(".")) if before else ())
