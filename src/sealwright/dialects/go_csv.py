"""A line of comma-separated values as Go's encoding/csv reads it, with its complaints.

A field may stand between `"`, in which `""` is one of them; no others may stand in a field without.
"""

from sealwright.dialects.fault import Fault

__all__ = ["fields"]

_QUOTE = '"'
_MISSING = 'extraneous or missing "'


def fields(line: str) -> tuple[str, ...]:
    """The fields of a line; none of an empty one.

    Args:
        line: without its end.

    Raises:
        Fault: with Go's text.
    """
    found: list[str] = []
    at = 0
    while line:
        field, at = _quoted(line, at) if line[at : at + 1] == _QUOTE else _plain(line, at)
        found.append(field)
        if at == len(line):
            break
        at += 1  # the comma
    return tuple(found)


def _plain(line: str, at: int) -> tuple[str, int]:
    """A field without quotes, and where it ends."""
    end = line.find(",", at)
    end = len(line) if end < 0 else end
    bare = line.find(_QUOTE, at, end)
    if bare >= 0:
        raise _broken(line, bare, 'bare " in non-quoted-field')
    return line[at:end], end


def _quoted(line: str, at: int) -> tuple[str, int]:
    """A field between quotes, and where the closing one has ended it."""
    field, at = "", at + 1
    while True:
        end = line.find(_QUOTE, at)
        if end < 0:
            raise _broken(line, len(line), f"{_MISSING} in quoted-field")
        field += line[at:end]
        if line[end + 1 : end + 2] == _QUOTE:
            field, at = field + _QUOTE, end + 2
        elif end + 1 == len(line) or line[end + 1] == ",":
            return field, end + 1
        else:
            raise _broken(line, end, f"{_MISSING} in quoted-field")


def _broken(line: str, at: int, problem: str) -> Fault:
    """The complaint about a place; its column is counted in bytes from 1."""
    column = len(line[:at].encode(errors="surrogateescape")) + 1
    return Fault(f"parse error on line 1, column {column}: {problem}")
