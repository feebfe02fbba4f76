"""What administrators order in the body of a request."""

from typing import TypeVar

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import UsageError
from sealwright.service.web.asked import Asked

__all__ = ["administrative"]

T = TypeVar("T")


async def administrative(asked: Asked, kind: type[T]) -> T:
    """The body as a record.

    Raises:
        UsageError: `service.request-invalid`.
        MalformedContentError: `service.body-too-large`.
    """
    content = await asked.body.read(limits.ADMINISTRATION_BODY_BYTES, "service.body-too-large")
    try:
        return msgspec.convert(strict_json.loads(content, limits.ADMINISTRATION_BODY_BYTES), kind)
    except (strict_json.JsonError, msgspec.ValidationError) as error:
        raise UsageError("service.request-invalid", problem=str(error)) from None
