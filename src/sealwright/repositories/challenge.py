"""The challenges of WWW-Authenticate (RFC 9110, 11.6.1).

A value is a list of challenges; each is a scheme, then parameters `name=value`, all separated by commas, so
that a word is a scheme exactly if no `=` follows it. Values are quoted strings or tokens; servers in use
also leave quotes away around URLs, so anything up to a comma or blank is taken.
"""

import re
from collections.abc import Mapping

import msgspec

from sealwright import limits

__all__ = ["Challenge", "parse"]

_WORD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r'[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Challenge(msgspec.Struct, frozen=True):
    """One challenge. `scheme` and the names of parameters are in lower case."""

    scheme: str
    parameters: Mapping[str, str]


def parse(value: str) -> tuple[Challenge, ...]:
    """The challenges of a header value, in its order; what cannot be read is left out.

    Args:
        value: one value, or several joined with commas.
    """
    found: list[tuple[str, dict[str, str]]] = []
    at = 0
    while at < len(value) and len(found) <= limits.CHALLENGES:
        word = _WORD.match(value, at)
        if word is None:
            at += 1
            continue
        assigned = _VALUE.match(value, word.end())
        if assigned is None:
            found.append((word[0].lower(), {}))
            at = word.end()
            continue
        quoted, bare = assigned.groups()
        if found:
            text = bare if quoted is None else _ESCAPED.sub(r"\1", quoted)
            found[-1][1].setdefault(word[0].lower(), text)
        at = assigned.end()
    return tuple(Challenge(scheme, parameters) for scheme, parameters in found[: limits.CHALLENGES])
