"""What Go's encoding/json says of text that is not JSON.

The scanner is a machine that takes a byte at a time; what it says depends on what it was waiting for:

    value     a value; right after `[` also `]`
    key       the name of a member; right after `{` also `}`
    colon     `:`
    after     what may follow a value: `,` or the closing bracket, or nothing at the top
"""

import re

from sealwright.dialects.go_text import quote

__all__ = ["END", "syntax_problem"]

END = "unexpected end of JSON input"

_SPACE = re.compile(rb"[ \t\r\n]*")
_PLAIN = re.compile(rb'[^"\\\x00-\x1f]*')
_NUMBER_BEGINS = tuple(b"%c" % mark for mark in b"-0123456789")
_DIGITS = re.compile(rb"[0-9]*")
_LITERALS = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
_ESCAPES = frozenset(b'bfnrt\\/"')
_HEX = frozenset(b"0123456789abcdefABCDEF")
_CLOSING = {b"{": b"}", b"[": b"]"}
_DEEPEST = 10_000
"""Go's own bound on nesting."""


class _Problem(Exception):  # noqa: N818  # a text on its way out
    """What is wrong."""


def syntax_problem(content: bytes) -> str:
    """The first complaint of Go's scanner, or an empty string if it has none.

    Args:
        content: that should be one JSON value.
    """
    try:
        _scan(content)
    except _Problem as problem:
        return str(problem)
    return ""


def _scan(content: bytes) -> None:
    open_brackets: list[bytes] = []
    state, first, at = "value", False, 0
    while True:
        at = _skipped(_SPACE, content, at)
        if at == len(content) and state == "after" and not open_brackets:
            return
        mark = _byte(content, at)
        closing = _CLOSING[open_brackets[-1]] if open_brackets else b""
        if mark == closing and (first or state == "after"):
            open_brackets.pop()
            state, first, at = "after", False, at + 1
        elif state == "after":
            state = _followed(mark, open_brackets)
            at += 1
        elif state == "colon":
            if mark != b":":
                raise _invalid(mark, "after object key")
            state, at = "value", at + 1
        elif state == "key":
            if mark != b'"':
                raise _invalid(mark, "looking for beginning of object key string")
            state, first, at = "colon", False, _string(content, at + 1)
        elif mark in _CLOSING:
            state, first, at = _opened(mark, open_brackets), True, at + 1
        else:
            state, first, at = "after", False, _scalar(content, at)


def _opened(mark: bytes, open_brackets: list[bytes]) -> str:
    """What is waited for behind an opening bracket."""
    open_brackets.append(mark)
    if len(open_brackets) > _DEEPEST:
        raise _invalid(mark, "exceeded max depth")
    return "key" if mark == b"{" else "value"


def _followed(mark: bytes, open_brackets: list[bytes]) -> str:
    """What is waited for behind a comma that follows a value."""
    if not open_brackets:
        raise _invalid(mark, "after top-level value")
    inside_object = open_brackets[-1] == b"{"
    if mark != b",":
        raise _invalid(mark, "after object key:value pair" if inside_object else "after array element")
    return "key" if inside_object else "value"


def _scalar(content: bytes, at: int) -> int:
    """The end of the string, number or literal that starts at `at`."""
    mark = content[at]
    if mark == ord('"'):
        return _string(content, at + 1)
    if mark in _LITERALS:
        word = _LITERALS[mark]
        for offset, wanted in enumerate(word):
            found = _byte_or_space(content, at + offset)
            if found[0] != wanted:
                raise _invalid(found, f"in literal {word.decode()} (expecting '{chr(wanted)}')")
        return at + len(word)
    if content[at : at + 1] in _NUMBER_BEGINS:
        return _number(content, at)
    raise _invalid(content[at : at + 1], "looking for beginning of value")


def _string(content: bytes, at: int) -> int:
    while True:
        at = _skipped(_PLAIN, content, at)
        mark = _byte(content, at)
        if mark == b'"':
            return at + 1
        if mark != b"\\":
            raise _invalid(mark, "in string literal")
        escaped = _byte_or_space(content, at + 1)
        at += 2
        if escaped == b"u":
            for _ in range(4):
                digit = _byte_or_space(content, at)
                if digit[0] not in _HEX:
                    raise _invalid(digit, "in \\u hexadecimal character escape")
                at += 1
        elif escaped[0] not in _ESCAPES:
            raise _invalid(escaped, "in string escape code")


def _number(content: bytes, at: int) -> int:
    if content[at] == ord("-"):
        at += 1
    at = at + 1 if content[at : at + 1] == b"0" else _digits(content, at, "in numeric literal")
    if content[at : at + 1] == b".":
        at = _digits(content, at + 1, "after decimal point in numeric literal")
    if content[at : at + 1] in (b"e", b"E"):
        at += 1
        if content[at : at + 1] in (b"+", b"-"):
            at += 1
        at = _digits(content, at, "in exponent of numeric literal")
    return at


def _digits(content: bytes, at: int, where: str) -> int:
    end = _skipped(_DIGITS, content, at)
    if end == at:
        raise _invalid(_byte_or_space(content, at), where)
    return end


def _skipped(pattern: re.Pattern[bytes], content: bytes, at: int) -> int:
    match = pattern.match(content, at)
    return match.end() if match else at


def _byte(content: bytes, at: int) -> bytes:
    if at >= len(content):
        raise _Problem(END)
    return content[at : at + 1]


def _byte_or_space(content: bytes, at: int) -> bytes:
    """A byte where no space may stand; at its end, Go's scanner takes the text for followed by one."""
    return content[at : at + 1] or b" "


def _invalid(mark: bytes, where: str) -> _Problem:
    letter = mark.decode("latin-1")
    shown = {"'": "\\'", '"': '"'}.get(letter) or quote(letter)[1:-1]
    return _Problem(f"invalid character '{shown}' {where}")
