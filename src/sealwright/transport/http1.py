"""HTTP/1.1 as a client speaks it: heads written and read, bodies by their framing (RFC 9112).

`http.client` speaks it too, and takes as long to load as all the rest of a request to a registry that is not
far away: it reads heads with the parser of e-mails. See decision 0010.

An answer is read in these steps:

1. Status line: `HTTP/1.x`, three digits, a reason that nobody reads (section 4). Interim answers (1xx) are
   passed over; 101 was never asked for.
2. Fields up to an empty line (section 5): a token, a colon, a value. A line that begins with white space goes
   on with the value before it. Anything else is no HTTP.
3. The framing of the body (section 6.3), in this order: none after HEAD and for 204 and 304; chunks, if that
   is the one transfer coding; Content-Length, if all that there are agree on a number; else what comes until
   the connection ends.
4. Whether the connection goes on (section 9.3): HTTP/1.1 unless it says `close`, HTTP/1.0 only if it says
   `keep-alive`; never where both chunks and a length were announced, or where the end is the end of the body.
"""

import re
from collections.abc import Iterable
from typing import Protocol

from sealwright import limits

__all__ = ["Answer", "ProtocolError", "Source", "read_answer", "request_head"]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_STATUS_LINE = re.compile(rb"HTTP/1\.([0-9]) ([1-9][0-9][0-9])(?: .*)?", re.DOTALL)
_BLANK = " \t"
_INTERIM = range(100, 200)
_SWITCHING = 101
_WITHOUT_BODY = frozenset({204, 304})
_HEXADECIMAL = frozenset(b"0123456789abcdefABCDEF")


class ProtocolError(Exception):
    """What was received, or should be sent, is not HTTP/1.1."""


class Source(Protocol):
    """Where an answer comes from."""

    def line(self, limit: int) -> bytes:
        """The next line without its end; ProtocolError if it is longer than `limit` bytes."""

    def some(self, size: int) -> bytes:
        """At least one and at most `size` of the next bytes; none once the peer has ended."""


def request_head(method: str, target: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """The head of a request, ready to be sent.

    Args:
        method: a token.
        target: of the request line (section 3.2), visible ASCII.
        fields: names and values, sent in their order.

    Raises:
        ProtocolError: something would not arrive as what it is meant to be.
    """
    if not _TOKEN.fullmatch(method):
        raise ProtocolError(f"{method!r} is no method")
    if not target or not target.isascii() or not target.isprintable() or " " in target:
        raise ProtocolError("the target holds what cannot stand in a request line")
    lines = [f"{method} {target} HTTP/1.1"]
    for name, value in fields:
        if not _TOKEN.fullmatch(name) or set(value) & {"\r", "\n", "\0"}:
            raise ProtocolError(f"the header {name!r} cannot be sent")
        lines.append(f"{name}: {value}")
    try:
        return "\r\n".join([*lines, "", ""]).encode("latin-1")
    except UnicodeEncodeError:
        raise ProtocolError("a header holds characters that HTTP does not know") from None


class Answer:
    """One answer, its head read and its body not yet.

    Attributes:
        status: the status code.
        fields: names in lower case, and values, in their order.
        keeps: whether the connection can be used again once the body has been read.
        ended: whether all of the body was read.
    """

    def __init__(self, source: Source, status: int, fields: list[tuple[str, str]], minor: int) -> None:
        self.status = status
        self.fields = fields
        self.ended = False
        self._source = source
        connection = _tokens(fields, "connection")
        self.keeps = "close" not in connection if minor else "keep-alive" in connection
        self._chunked = False
        self._left: int | None = None  # bytes of the body or chunk; None: until the connection ends

    def frame(self, method: str) -> None:
        """Find out how the body is framed (step 3).

        Raises:
            ProtocolError: it cannot be told.
        """
        if method == "HEAD" or self.status in _WITHOUT_BODY:
            self.ended = True
            return
        codings = _tokens(self.fields, "transfer-encoding")
        lengths = set(_tokens(self.fields, "content-length"))
        if codings:
            if codings != ["chunked"]:
                raise ProtocolError(f"the body is in the transfer coding {', '.join(codings)!r}")
            self._chunked, self._left = True, 0
            self.keeps = self.keeps and not lengths
        elif lengths:
            self._left = _length(lengths)
            self.ended = not self._left
        else:
            self.keeps = False

    def read(self, size: int) -> bytes:
        """The next bytes of the body, at most `size` of them; none at its end.

        Raises:
            ProtocolError: the body ends before its end, or its chunks are none.
        """
        if self._chunked and not self._left and not self.ended:
            self._next_chunk()
        if self.ended:
            return b""
        piece = self._source.some(size if self._left is None else min(size, self._left))
        if self._left is None:
            self.ended = not piece
            return piece
        if not piece:
            raise ProtocolError("the body ends early")
        self._left -= len(piece)
        if not self._left:
            if self._chunked:
                self._expect_empty_line()
            else:
                self.ended = True
        return piece

    def _next_chunk(self) -> None:
        """The size of the next chunk (section 7.1); after the last one the trailers, which do not count."""
        digits = self._source.line(limits.HEADER_LINE_BYTES).partition(b";")[0].strip()
        if not digits or not _HEXADECIMAL.issuperset(digits) or len(digits) > limits.CHUNK_SIZE_DIGITS:
            raise ProtocolError("a chunk has no size")
        self._left = int(digits, 16)
        if not self._left:
            _read_fields(self._source)
            self.ended = True

    def _expect_empty_line(self) -> None:
        if self._source.line(limits.HEADER_LINE_BYTES):
            raise ProtocolError("a chunk is longer than it said")


def read_answer(source: Source, method: str) -> Answer:
    """Read the head of the answer to a request.

    Args:
        source: gives what the peer sends.
        method: of the request.

    Raises:
        ProtocolError: what comes is not HTTP/1.1.
        OSError: what the source raises.
    """
    while True:
        line = source.line(limits.HEADER_LINE_BYTES)
        match = _STATUS_LINE.fullmatch(line)
        if match is None:
            raise ProtocolError(f"no status line: {line[:80]!r}")
        fields = _read_fields(source)
        status = int(match[2])
        if status == _SWITCHING:
            raise ProtocolError("it switches to another protocol, which nobody asked for")
        if status not in _INTERIM:
            answer = Answer(source, status, fields, int(match[1]))
            answer.frame(method)
            return answer


def _read_fields(source: Source) -> list[tuple[str, str]]:
    """The fields up to the next empty line (step 2)."""
    fields: list[tuple[str, str]] = []
    for _ in range(limits.HEADER_FIELDS + 1):
        line = source.line(limits.HEADER_LINE_BYTES).decode("latin-1")
        if not line:
            return fields
        if line[0] in _BLANK and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {line.strip(_BLANK)}".strip())
            continue
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name):
            raise ProtocolError(f"no header field: {line[:80]!r}")
        if "\0" in value or "\r" in value:
            raise ProtocolError(f"the header {name!r} holds control characters")
        fields.append((name.lower(), value.strip(_BLANK)))
    raise ProtocolError(f"more than {limits.HEADER_FIELDS} header fields")


def _tokens(fields: list[tuple[str, str]], wanted: str) -> list[str]:
    """The parts of all fields of a name, in lower case."""
    values = ",".join(value for name, value in fields if name == wanted)
    return [token for part in values.split(",") if (token := part.strip().lower())]


def _length(announced: set[str]) -> int:
    if len(announced) == 1:
        (text,) = announced
        if text.isascii() and text.isdigit() and len(text) <= limits.LENGTH_DIGITS:
            return int(text)
    raise ProtocolError("the length of the body cannot be told")
