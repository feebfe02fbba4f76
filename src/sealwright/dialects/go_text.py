"""Text as Go's standard library writes it: quoted strings, system errors, times.

Sources: the documentation of Go's packages strconv (Quote, CanBackquote), fs (PathError) and time (layouts).
Strings hold undecodable bytes as Python's surrogate escapes, each of which stands for one byte.
"""

import errno
from datetime import UTC, datetime

__all__ = [
    "ansic",
    "os_error",
    "plain_quote",
    "printed",
    "quote",
    "quote_rune",
    "raw_quote",
    "rfc1123z",
    "rfc3339",
]

_SHORT = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}
_ESCAPED_BYTES = range(0xDC80, 0xDD00)
_DELETE = 0x7F
_ASTRAL = 0x10000
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_OTHER_WORDS = {
    errno.EACCES: "permission denied",
    errno.ENOENT: "no such file or directory",
    errno.EEXIST: "file exists",
    errno.ENOTDIR: "not a directory",
    errno.EISDIR: "is a directory",
    errno.ENOTEMPTY: "directory not empty",
    errno.ELOOP: "too many levels of symbolic links",
    errno.ENAMETOOLONG: "file name too long",
    errno.EROFS: "read-only file system",
    errno.ENOSPC: "no space left on device",
    errno.EPERM: "operation not permitted",
}
"""Go's words for error numbers; it writes them in lower case, whatever the system's library says."""


def quote(text: str) -> str:
    """`%q` of a string: double quotes, Go's escapes, what is printable as it is."""
    return '"' + "".join(_escaped(letter, '"') for letter in text) + '"'


def quote_rune(letter: str) -> str:
    """`%q` of one character: in single quotes."""
    return f"'{_escaped(letter, chr(39))}'"


def raw_quote(text: str) -> str:
    """`%#q` of a string: in backquotes where they can hold it, else as `quote`."""
    held = all(
        letter not in "`\ufeff\x7f"
        and (letter == "\t" or letter >= " ")
        and ord(letter) not in _ESCAPED_BYTES
        for letter in text
    )
    return f"`{text}`" if held else quote(text)


def plain_quote(text: str) -> str:
    """The quoting of errors about times and durations: all that is not printable ASCII as its bytes."""
    return '"' + "".join(_plain(letter) for letter in text) + '"'


def os_error(operation: str, path: object, error: OSError) -> str:
    """A system error as Go's `PathError` prints it, such as `open /x: no such file or directory`.

    Args:
        operation: the call, such as `open`, `stat`, `lstat`, `mkdir`, `remove`.
        path: as it was handed to the call.
        error: what the call gave.
    """
    words = _OTHER_WORDS.get(error.errno or 0) or (error.strerror or str(error)).lower()
    return f"{operation} {path}: {words}"


def ansic(time: datetime) -> str:
    """`time.ANSIC`, in UTC: `Tue Jan 21 09:17:46 2025`; the day is padded with a space."""
    at = time.astimezone(UTC)
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:2} {at:%H:%M:%S} {at.year:04}"


def rfc1123z(time: datetime) -> str:
    """`time.RFC1123Z`, in UTC: `Tue, 21 Jan 2025 09:17:46 +0000`."""
    at = time.astimezone(UTC)
    return f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04} {at:%H:%M:%S} +0000"


def rfc3339(time: datetime) -> str:
    """`time.RFC3339Nano`, in UTC: fractions of a second without trailing zeros, `Z` at the end."""
    at = time.astimezone(UTC)
    fraction = f".{at.microsecond:06}".rstrip("0").rstrip(".")
    return f"{at.year:04}-{at:%m-%dT%H:%M:%S}{fraction}Z"


def printed(time: datetime) -> str:
    """How Go prints a time of day without a layout, in UTC: `2025-01-21 09:17:46 +0000 UTC`."""
    at = time.astimezone(UTC)
    fraction = f".{at.microsecond:06}".rstrip("0").rstrip(".")
    return f"{at.year:04}-{at:%m-%d %H:%M:%S}{fraction} +0000 UTC"


def _escaped(letter: str, mark: str) -> str:
    if letter == mark:
        return "\\" + mark
    if letter in _SHORT:
        return _SHORT[letter]
    number = ord(letter)
    if number in _ESCAPED_BYTES:
        return f"\\x{number - 0xDC00:02x}"
    if letter.isprintable():
        return letter
    if number < ord(" ") or number == _DELETE:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < _ASTRAL else f"\\U{number:08x}"


def _plain(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if " " <= letter < "\x80":
        return letter
    return "".join(f"\\x{byte:02x}" for byte in letter.encode(errors="surrogateescape"))
