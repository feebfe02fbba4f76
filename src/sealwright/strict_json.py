"""JSON read without latitude, and the place of a value in its text.

Whatever is signed or states policy is read here. Refused, beyond what RFC 8259 refuses: a member
named twice, NaN and the infinities, numbers too large to hold, text after the value, a byte order mark,
bytes that are not UTF-8, lone surrogates, nesting deeper than `limits.JSON_DEPTH`, and documents over the
caller's size limit. Go's decoder, which the reference programs use, takes most of these, and reads
`"Digest"` as `"digest"`; two programs that read one document differently are an attack waiting to happen.
"""

import json
import math
import re
from bisect import bisect_right
from json.decoder import scanstring  # type: ignore[attr-defined]  # missing from the type stubs
from typing import NamedTuple

from sealwright import limits

__all__ = [
    "JsonError",
    "Members",
    "Path",
    "Places",
    "Position",
    "Repeating",
    "loads",
    "loads_leniently",
    "loads_repeated",
]

Path = tuple[str | int, ...]
"""The way to a value: member names and list indexes, from the outside in."""

_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_NEWLINE = re.compile("\n")
_SPACE = re.compile(r"[ \t\n\r]*")


class Position(NamedTuple):
    """A place in a text: line and column, both counted from 1, columns in characters."""

    line: int
    column: int


class Members(dict[str, object]):
    """An object of a document in which members may stand twice; of those the first counts.

    Attributes:
        names: of the members, in their order, with every repetition.
    """

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, value)
        self.names = tuple(name for name, _ in pairs)


class JsonError(ValueError):
    """Not JSON, or JSON that means two things.

    Args:
        problem: a few words on what is wrong.
        position: where, as far as is known.
    """

    def __init__(self, problem: str, position: Position | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.position = position or Position(1, 1)


class _RepeatedMemberError(ValueError):
    """Raised from inside the decoder, which knows no positions."""


def loads(content: bytes, limit: int) -> object:
    """Read one JSON value.

    Args:
        content: UTF-8 text.
        limit: the most bytes that are read.

    Raises:
        JsonError: for anything but exactly one unambiguous value.
    """
    return _loads(content, limit, _DECODER)


def loads_repeated(content: bytes, limit: int) -> object:
    """The same for a caller that complains about members named twice by itself: objects are `Members`."""
    return _loads(content, limit, _REPEATED_DECODER)


def _loads(content: bytes, limit: int, decoder: json.JSONDecoder) -> object:
    if len(content) > limit:
        raise JsonError(f"larger than {limit} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        raise JsonError("not UTF-8 text", _position(before, len(before))) from None
    if content.count(b"[") + content.count(b"{") > limits.JSON_DEPTH:
        _require_shallow(text)
    try:
        value: object = decoder.decode(text)
    except _RepeatedMemberError:
        raise _repeated_member(text) from None
    except json.JSONDecodeError as error:
        raise JsonError(error.msg.lower(), Position(error.lineno, error.colno)) from None
    if _SURROGATE.search(content):
        _require_encodable(value)
    return value


class Repeating(dict[str, object]):
    """An object in which some member stands more than once; the last of them is the one that is there."""


def loads_leniently(content: bytes, limit: int) -> tuple[object, tuple[str, ...]]:
    """Read one JSON value as Go's decoder does where it is asked for no structure, and say what was odd.

    Bytes that are no text become U+FFFD, and an object may repeat its members: it is a `Repeating` then. All
    else is refused as by `loads`.

    Args:
        content: what was found.
        limit: the most bytes that are read.

    Returns:
        The value, and what `loads` would have refused, in words.

    Raises:
        JsonError: it is no JSON value at all.
    """
    if len(content) > limit:
        raise JsonError(f"larger than {limit} bytes")
    text = content.decode(errors="replace")
    odd = [] if text.encode() == content else ["not UTF-8 text"]
    _require_shallow(text)
    try:
        value: object = _LENIENT_DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise JsonError(error.msg.lower(), Position(error.lineno, error.colno)) from None
    if _repeats(value):
        odd.append("a member stands twice")
    return value, tuple(odd)


def _repeats(value: object) -> bool:
    if isinstance(value, Repeating):
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_repeats(one) for one in inner)


class Places:
    """Where the members and elements of a document stand; for messages, so made only when there is one.

    Args:
        content: a document that `loads` or `loads_repeated` has read.
    """

    def __init__(self, content: bytes) -> None:
        text = content.decode()
        start = _skip(text, 0)
        self._lines = (0, *(match.end() for match in _NEWLINE.finditer(text)))
        self._offsets: dict[Path, tuple[int, int]] = {(): (start, start)}
        self._repeated: dict[Path, list[int]] = {}
        _walk(text, start, (), self._offsets, self._repeated)

    def repeated(self, path: Path, time: int) -> Position:
        """Where the name of a member that stands several times stands, the `time`-th time after the first."""
        return self._position(self._repeated[path][time - 1])

    def name(self, path: Path) -> Position:
        """Where the name of the member at `path` stands; for an element, its value."""
        return self._position(self._nearest(path)[0])

    def value(self, path: Path) -> Position:
        """Where the value at `path` starts."""
        return self._position(self._nearest(path)[1])

    def _position(self, at: int) -> Position:
        line = bisect_right(self._lines, at)
        return Position(line, at - self._lines[line - 1] + 1)

    def _nearest(self, path: Path) -> tuple[int, int]:
        """The offsets of `path` or, if it leads nowhere, of its last part that exists."""
        while path not in self._offsets:
            path = path[:-1]
        return self._offsets[path]


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RepeatedMemberError
    return members


def _any_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else Repeating(members)


def _refuse_constant(word: str) -> object:
    raise JsonError(f"{word} is not a JSON number")


def _finite(word: str) -> float:
    number = float(word)
    if math.isinf(number):
        raise JsonError("a number is too large")
    return number


def _integer(word: str) -> int:
    try:
        return int(word)
    except ValueError:  # more digits than Python converts
        raise JsonError("a number is too large") from None


_DECODER, _REPEATED_DECODER, _LENIENT_DECODER = (
    json.JSONDecoder(
        object_pairs_hook=hook, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_integer
    )
    for hook in (_unique_members, Members, _any_members)
)


def _require_shallow(text: str) -> None:
    depth = 0
    for match in _BRACKET.finditer(text):
        if match[0] in "[{":
            depth += 1
        elif match[0] in "]}":
            depth -= 1
        if depth > limits.JSON_DEPTH:
            raise JsonError(f"nested deeper than {limits.JSON_DEPTH} levels", _position(text, match.start()))


def _require_encodable(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise JsonError("a string holds half of a surrogate pair") from None


def _repeated_member(text: str) -> JsonError:
    offsets: dict[Path, tuple[int, int]] = {}
    try:
        _walk(text, _skip(text, 0), (), offsets)
    except JsonError as error:
        return error
    return JsonError("a member stands twice")  # pragma: no cover  # the walk finds what the decoder found


def _walk(
    text: str,
    at: int,
    path: Path,
    offsets: dict[Path, tuple[int, int]],
    repeated: dict[Path, list[int]] | None = None,
) -> int:
    """Note where all below the value at `at` starts; gives the end of that value.

    Members named twice are an error, unless there is a place to note where they stand.
    """
    opening = text[at]
    if opening not in "{[":
        return _DECODER.raw_decode(text, at)[1]
    at = _skip(text, at + 1)
    index = 0
    while text[at] not in "}]":
        step: str | int = index
        name_at = value_at = at
        if opening == "{":
            step, colon = scanstring(text, at + 1, True)  # noqa: FBT003  # the signature of the json module
            value_at = _skip(text, _skip(text, colon) + 1)
        way = (*path, step)
        if way not in offsets:
            offsets[way] = (name_at, value_at)
            end = _walk(text, value_at, way, offsets, repeated)
        elif repeated is None:
            raise JsonError(f"the member {json.dumps(step)} stands twice", _position(text, name_at))
        else:
            repeated.setdefault(way, []).append(name_at)
            end = _walk(text, value_at, way, {}, {})
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return at + 1


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _position(text: str, at: int) -> Position:
    return Position(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
