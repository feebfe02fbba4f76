"""What the service refuses, as the errors that it would be here.

The service tells the reason code of each refusal, and the data that its sentence names. Codes of the areas
that a caller asked about become errors of ours with that very code; all others stay what the service said.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sealwright import reasons
from sealwright.errors import (
    AccessDeniedError,
    EnvironmentalError,
    KeyUnavailableError,
    NotFoundError,
    RegistryError,
    SealwrightError,
    UsageError,
)

__all__ = ["in_our_codes"]

_REFUSED = "registry.service-refused"
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _CONFLICT = 401, 403, 404, 409
_FAILED = 500


@contextmanager
def in_our_codes(*areas: str) -> Iterator[None]:
    """Raise refusals of the service under its own codes, if they are of these areas.

    Args:
        areas: of reason codes, such as `vault`.

    Raises:
        AccessDeniedError: it refused for who we are (401, 403).
        NotFoundError: what was asked for is not there (404).
        KeyUnavailableError: a state stands in the way (409).
        UsageError: it cannot be done as it was asked (other 4xx).
        RegistryError: it failed.
    """
    try:
        yield
    except EnvironmentalError as error:
        if error.code != _REFUSED:
            raise
        reason = str(error.data["reason"])
        if reason.partition(".")[0] not in areas or not reasons.is_known(reason):
            raise
        raise _ours(error, reason) from None


def _ours(error: EnvironmentalError, reason: str) -> SealwrightError:
    status = error.data["status"]
    detail = error.data["detail"]
    assert isinstance(status, int)  # noqa: S101  # `ServiceClient` put it there
    assert isinstance(detail, dict)  # noqa: S101  # the same
    data = {name: value for name, value in detail.items() if name != "reason"}
    made: SealwrightError
    if status in (_UNAUTHORIZED, _FORBIDDEN):
        made = AccessDeniedError(reason, **data)
    elif status == _NOT_FOUND:
        made = NotFoundError(reason, **data)
    elif status == _CONFLICT:
        made = KeyUnavailableError(reason, **data)
    elif error.retryable or status >= _FAILED:
        made = RegistryError(reason, **data)
    else:
        made = UsageError(reason, **data)
    made.retryable = error.retryable
    return made
