"""Keys that stand in a policy itself, in base64 (RFC 4648, section 4)."""

import re

from sealwright.policy.reading import Reading
from sealwright.strict_json import Path

__all__ = ["decoded"]

_GOOD = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_BREAKS = b"\r\n"
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_PAD = ord("=")
_PADDED_FROM = 2


def decoded(reading: Reading, value: object, path: Path) -> bytes | None:
    """The bytes that a text in base64 stands for; None after a problem, and for null.

    Args:
        reading: takes the problems.
        value: as it was read; line breaks within do not count.
        path: where it stands.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        reading.wrong_type(value, path, "a text in base64")
        return None
    text = value.encode()
    plain = text.translate(None, _BREAKS)
    if not _GOOD.fullmatch(plain):
        reading.problem("containers.data-malformed", path, name=str(path[-1]), offset=_first_fault(text))
        return None
    import base64  # noqa: PLC0415  # few policies hold keys

    return base64.b64decode(plain)


def _first_fault(text: bytes) -> int:
    """The offset at which Go's decoder gives up."""
    held = 0
    for at, mark in enumerate(text):
        if mark in _BREAKS:
            continue
        if mark in _LETTERS:
            held = (held + 1) % 4
            continue
        if mark != _PAD or held < _PADDED_FROM:
            return at
        after = _next(text, at + 1)
        if held == _PADDED_FROM:
            if after == len(text):
                return after
            if text[after] != _PAD:
                return after - 1
            after = _next(text, after + 1)
        return after
    return len(text) - held


def _next(text: bytes, at: int) -> int:
    """The next byte that is no line break, or the end."""
    while at < len(text) and text[at] in _BREAKS:
        at += 1
    return at
