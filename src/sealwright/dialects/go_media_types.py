"""What Go says of a text that is no media type (package mime, ParseMediaType; RFC 2045, RFC 2616)."""

import re

__all__ = ["problem"]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SPECIAL = frozenset('()<>@,;:\\"/[]?=')
_SPACE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Go takes for space."""


def problem(text: str) -> str:
    """What is wrong with a media type, or an empty string.

    Args:
        text: such as `text/plain; charset=utf-8`.
    """
    base, _, _ = text.partition(";")
    wrong = _type_problem(base.lower().strip(_SPACE))
    if wrong:
        return wrong
    known: dict[str, str] = {}
    rest = text[len(base) :].lstrip(_SPACE)
    while rest:
        found = _parameter(rest)
        if found is None:
            return "" if rest.strip(_SPACE) == ";" else "mime: invalid media parameter"
        name, value, rest = found
        if known.setdefault(name, value) != value:
            return "mime: duplicate parameter name"
        rest = rest.lstrip(_SPACE)
    return ""


def _type_problem(text: str) -> str:
    main = _token(text)
    if not main:
        return "mime: no media type"
    rest = text[len(main) :]
    if not rest:
        return ""
    if not rest.startswith("/"):
        return "mime: expected slash after first token"
    sub = _token(rest[1:])
    if not sub:
        return "mime: expected token after slash"
    return "mime: unexpected content after media subtype" if rest[1 + len(sub) :] else ""


def _token(text: str) -> str:
    found = _TOKEN.match(text)
    return found[0] if found else ""


def _parameter(text: str) -> tuple[str, str, str] | None:
    """Name, value and what follows of a parameter after its semicolon; None if it is none."""
    if not text.startswith(";"):
        return None
    rest = text[1:].lstrip(_SPACE)
    name = _token(rest)
    rest = rest[len(name) :].lstrip(_SPACE)
    if not name or not rest.startswith("="):
        return None
    rest = rest[1:].lstrip(_SPACE)
    if rest.startswith('"'):
        quoted = _quoted(rest)
        return None if quoted is None else (name.lower(), *quoted)
    value = _token(rest)
    return (name.lower(), value, rest[len(value) :]) if value else None


def _quoted(text: str) -> tuple[str, str] | None:
    """The value in quotes at the start of a text, and what follows; None if it does not end."""
    value, at = "", 1
    while at < len(text):
        mark = text[at]
        if mark == '"':
            return value, text[at + 1 :]
        if mark == "\\" and text[at + 1 : at + 2] in _SPECIAL:
            at += 1
        elif mark in "\r\n":
            return None
        value += text[at]
        at += 1
    return None
