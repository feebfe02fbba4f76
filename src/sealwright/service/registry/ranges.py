"""The two kinds of range: which bytes of a blob are wanted, and which bytes of an upload a chunk is.

Wanted (RFC 9110, section 14; header `Range`). For a blob of 100 bytes:

    bytes=0-9          the first 10            bytes=90-          the last 10
    bytes=-10          the last 10             bytes=90-200       the last 10, the end is cut
    bytes=100-         refused                 bytes=-0           refused
    bytes=9-0, bytes=x refused: no range       lines=1-2          ignored: an unknown unit
    bytes=0-1,5-6      ignored: several ranges, which a server may answer with everything

Sent (distribution-spec, "Pushing a blob in chunks"; header `Content-Range`): `first-last`, both included,
no unit. A chunk must begin where the upload stands.
"""

import re

from sealwright.errors import UsageError

__all__ = ["sent", "wanted"]

_UNIT = re.compile(r"\s*bytes\s*=\s*", re.IGNORECASE)
_WANTED = re.compile(r"(?P<first>[0-9]{0,18})\s*-\s*(?P<last>[0-9]{0,18})\s*")
_SENT = re.compile(r"(?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})")


def wanted(header: str | None, size: int) -> tuple[int, int] | None:
    """Which bytes of a blob are wanted.

    Args:
        header: the value of `Range`, if there is one.
        size: of the blob, in bytes.

    Returns:
        The first byte and the byte after the last, or None if the whole blob is to be sent.

    Raises:
        UsageError: `service.range-unsatisfiable`.
    """
    unit = _UNIT.match(header) if header is not None else None
    if header is None or unit is None or "," in header:
        return None
    refusal = UsageError("service.range-unsatisfiable", range=ascii(header[:100]), size=size)
    match = _WANTED.fullmatch(header, unit.end())
    if match is None or not (match["first"] or match["last"]):
        raise refusal
    if match["first"]:
        first = int(match["first"])
        end = min(int(match["last"]) + 1, size) if match["last"] else size
    else:
        first = max(size - int(match["last"]), 0)
        end = size
    if first >= end:
        raise refusal
    return first, end


def sent(header: str | None, received: int, length: int | None) -> int | None:
    """How many bytes a chunk must have.

    Args:
        header: the value of `Content-Range`, if there is one.
        received: how many bytes of the upload are there.
        length: the value of `Content-Length`, if there is one.

    Returns:
        The number of bytes, or None if the client did not say.

    Raises:
        UsageError: `service.upload-out-of-order` or `service.upload-length`.
    """
    if header is None:
        return length
    match = _SENT.fullmatch(header)
    if match is None or int(match["first"]) != received or int(match["last"]) < received:
        raise UsageError("service.upload-out-of-order", range=ascii(header[:100]), received=received)
    promised = int(match["last"]) + 1 - received
    if length is not None and length != promised:
        raise UsageError("service.upload-length", range=header, length=length, received=received)
    return promised
