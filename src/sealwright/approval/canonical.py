"""How records of approvals are written: compact JSON, members in the order of the record, bytes in base64.

What people sign is a digest of such bytes, so one record must be written in one way. What is read is written
again and compared wherever the bytes themselves count.
"""

from typing import TypeVar

import msgspec

from sealwright import strict_json
from sealwright.errors import MalformedContentError

__all__ = ["decoded", "encoded", "require_exact"]

T = TypeVar("T", bound=msgspec.Struct)

_SCHEMA = "$schema"


def encoded(schema: str, record: msgspec.Struct) -> bytes:
    """A record as JSON, with its schema first; digests are texts."""
    return msgspec.json.encode({_SCHEMA: schema, **msgspec.to_builtins(record, enc_hook=str)})


def decoded(content: bytes, schema: str, kind: type[T], limit: int, code: str) -> T:
    """The record that some JSON is.

    Args:
        content: UTF-8 text.
        schema: that it must name.
        kind: of record.
        limit: the most bytes that are read.
        code: the reason code if it is not one; its sentence names `problem`.

    Raises:
        MalformedContentError: `code`.
    """
    try:
        found = strict_json.loads(content, limit)
        if not isinstance(found, dict) or found.pop(_SCHEMA, None) != schema:
            raise MalformedContentError(code, problem=f"it does not say that it is {schema}")
        return msgspec.convert(found, kind)
    except (strict_json.JsonError, msgspec.ValidationError) as error:
        raise MalformedContentError(code, problem=str(error)) from None


def require_exact(content: bytes, written: bytes, code: str) -> None:
    """Return if what was read is what would be written.

    Raises:
        MalformedContentError: `code`.
    """
    if content != written:
        raise MalformedContentError(code, problem="it is not written as such records are")
