"""The head of the one request that a connection begins with: where the client wants to go.

It says so in authority-form, `CONNECT host:port HTTP/1.x`, or for plain HTTP in absolute-form,
`GET http://host[:port]/path HTTP/1.x`.
"""

import re

import msgspec

__all__ = ["END", "Head", "read"]

END = b"\r\n\r\n"

_NAME = rb"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])"
_CONNECT = re.compile(rb"CONNECT " + _NAME + rb":(?P<port>[0-9]{1,5}) HTTP/1\.[01]")
_ABSOLUTE = re.compile(
    rb"[A-Z]{1,20} http://" + _NAME + rb"(?::(?P<port>[0-9]{1,5}))?(?:[/?][!-~]*)? HTTP/1\.[01]"
)
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}:[\t -~\x80-\xff]*")
_HTTP_PORT = 80


class Head(msgspec.Struct, frozen=True):
    """Where a client wants to go: to a host in small letters, and whether by CONNECT or in absolute-form."""

    host: str
    port: int
    connect: bool


def read(head: bytes) -> Head | None:
    """Where a request is going; None if it does not say so as a proxy is told.

    Args:
        head: all of it up to and without `END`.
    """
    line, *fields = head.split(b"\r\n")
    if not all(map(_FIELD.fullmatch, fields)):
        return None
    found = _CONNECT.fullmatch(line)
    connect = found is not None
    found = found or _ABSOLUTE.fullmatch(line)
    if found is None:
        return None
    return Head(found["host"].decode().lower(), int(found["port"] or _HTTP_PORT), connect)
