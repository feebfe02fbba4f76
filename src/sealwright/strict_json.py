"""JSON read without latitude, and the place of a value in its text.

Whatever is signed or states policy is read here. Refused, beyond what RFC 8259 refuses: a member
named twice, NaN and the infinities, text after the value, a byte order mark, bytes that are not UTF-8,
nesting deeper than `limits.JSON_DEPTH`, and documents over the caller's size limit. Go's decoder, which
the reference programs use, takes most of these, and reads `"Digest"` as `"digest"`; two programs that
read one document differently are an attack waiting to happen.
"""

import json
import re
from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # in C, and not in typeshed
from typing import NamedTuple

from sealwright import limits

__all__ = ["JsonError", "Position", "loads", "locate"]

Path = Sequence[str | int]
"""The way to a value: member names and list indexes, from the outside in."""

_DEEP = re.compile(rb"[\[{]")
_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"[^\s,\]}]+")


class Position(NamedTuple):
    """A place in a text: line and column, both counted from 1, columns in characters."""

    line: int
    column: int


class JsonError(ValueError):
    """Not JSON, or JSON that means two things.

    Attributes:
        problem: a few words on what is wrong.
        position: where, as far as is known.
    """

    def __init__(self, problem: str, position: Position = Position(1, 1)) -> None:  # noqa: B008  # a constant
        super().__init__(problem)
        self.problem = problem
        self.position = position


class _RepeatedMemberError(ValueError):
    pass


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RepeatedMemberError(twice)
    return members


def _refuse_constant(word: str) -> object:
    raise JsonError(f"{word} is not a JSON number")


def _require_shallow(text: str) -> None:
    depth = 0
    in_string = False
    at = 0
    for match in re.finditer(r'["\[\]{}\\]', text):
        if match.start() < at:
            continue
        mark = match[0]
        if mark == "\\":
            at = match.start() + 2
        elif mark == '"':
            in_string = not in_string
        elif in_string:
            continue
        elif mark in "[{":
            depth += 1
            if depth > limits.JSON_DEPTH:
                raise JsonError(
                    f"nested deeper than {limits.JSON_DEPTH} levels", _position(text, match.start())
                )
        else:
            depth -= 1


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_members, parse_constant=_refuse_constant)


def loads(content: bytes, limit: int) -> object:
    """Read one JSON value.

    Args:
        content: UTF-8 text.
        limit: the most bytes that are read.

    Raises:
        JsonError: for anything but exactly one unambiguous value.
    """
    if len(content) > limit:
        raise JsonError(f"larger than {limit} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise JsonError("not UTF-8 text", _position(content[: error.start].decode(), error.start)) from None
    if len(_DEEP.findall(content)) > limits.JSON_DEPTH:
        _require_shallow(text)
    try:
        return _DECODER.decode(text)
    except _RepeatedMemberError as error:
        name = str(error)
        raise JsonError(f"the member {json.dumps(name)} stands twice", _second(text, name)) from None
    except json.JSONDecodeError as error:
        raise JsonError(error.msg.lower(), Position(error.lineno, error.colno)) from None


def locate(content: bytes, path: Path) -> Position:
    """Where in a document a value stands.

    Args:
        content: a document that `loads` has read.
        path: the way to the value. Where it leads nowhere, its last existing part is what is located;
            a trailing member name stands for the name itself, not for its value.
    """
    text = content.decode()
    at = _skip(text, 0)
    for step in path:
        found = _enter(text, at, step)
        if found is None:
            break
        at = found
    return _position(text, at)


def _position(text: str, at: int) -> Position:
    before = text[:at]
    return Position(before.count("\n") + 1, at - before.rfind("\n"))


def _second(text: str, name: str) -> Position:
    """Where the same member name stands for the second time in one object."""
    seen: list[set[str]] = []
    at = 0
    while at < len(text):
        mark = text[at]
        if mark == "{":
            seen.append(set())
        elif mark == "}":
            seen.pop()
        elif mark == '"':
            word, end = scanstring(text, at + 1, True)  # noqa: FBT003  # its signature
            if text[_skip(text, end) :].startswith(":") and word == name:
                if word in seen[-1]:
                    return _position(text, at)
                seen[-1].add(word)
            at = end
            continue
        at += 1
    return Position(1, 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None  # noqa: S101  # the pattern matches the empty text
    return match.end()


def _end(text: str, at: int) -> int:
    """The end of the value that starts at `at`."""
    _, end = _DECODER.raw_decode(text, at)
    return end


def _enter(text: str, at: int, step: str | int) -> int | None:
    """The start of the member (its name) or element `step` of the container at `at`."""
    opening = text[at]
    if (opening == "{") is not isinstance(step, str) or opening not in "{[":
        # a member name was reached: go on from its value
        if opening == '"':
            _, end = scanstring(text, at + 1, True)  # noqa: FBT003  # its signature
            colon = _skip(text, end)
            if text[colon : colon + 1] == ":":
                return _enter(text, _skip(text, colon + 1), step)
        return None
    at = _skip(text, at + 1)
    index = 0
    while text[at] not in "}]":
        start = at
        if opening == "{":
            name, at = scanstring(text, at + 1, True)  # noqa: FBT003  # its signature
            if name == step:
                return start
            at = _skip(text, _skip(text, at) + 1)
        elif index == step:
            return start
        at = _skip(text, _end(text, at))
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return None
