"""Where the request came from that is being answered, for whoever notes deeds and faults meanwhile.

It is kept in a context variable: each request is a task of its own, and worker threads get its context.
"""

import os
import re
from contextvars import ContextVar

import msgspec

from sealwright import limits

__all__ = ["NOWHERE", "Origin", "current", "request_id"]

_SANE = re.compile(rb"[A-Za-z0-9._:/+=-]{1,%d}" % limits.REQUEST_ID_LENGTH)


class Origin(msgspec.Struct, frozen=True):
    """A request: the identifier that its answer and its lines in the log carry, and the client's address."""

    request: str = ""
    client: str = ""


NOWHERE = Origin()
"""Of what is not done for a request."""

current: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)
"""That of the request that is being answered."""


def request_id(given: bytes | None) -> str:
    """The identifier of a request: the client's if it is a sane one, else a new one of 128 random bits."""
    if given is not None and _SANE.fullmatch(given) is not None:
        return given.decode()
    return os.urandom(16).hex()
