"""How errors are told to Oracle's clients (Oracle, "API Errors"): a status, a code, and a message.

    {"code": "NotAuthorizedOrNotFound", "message": "…"}

What is not there, and what somebody may not see or do, is told in the very same words. Clients try again
after 429, after every 5xx but 501, and after 409 with `IncorrectState`; so nothing that stays as it is may be
told by one of these.
"""

from collections.abc import Mapping

import msgspec

from sealwright.errors import (
    AccessDeniedError,
    ArtifactError,
    CallerError,
    NetworkError,
    NotFoundError,
    SealwrightError,
)

__all__ = ["CODES", "STATUSES", "code_of", "told"]

STATUSES: Mapping[str, int] = {
    "CannotParseRequest": 400,
    "InvalidParameter": 400,
    "LimitExceeded": 400,
    "MissingParameter": 400,
    "QuotaExceeded": 400,
    "RelatedResourceNotAuthorizedOrNotFound": 400,
    "NotAuthenticated": 401,
    "NotAuthorizedOrNotFound": 404,
    "MethodNotAllowed": 405,
    "Conflict": 409,
    "IncorrectState": 409,
    "InvalidatedRetryToken": 409,
    "NotAuthorizedOrResourceAlreadyExists": 409,
    "NoEtagMatch": 412,
    "PayloadTooLarge": 413,
    "TooManyRequests": 429,
    "InternalServerError": 500,
    "ServiceUnavailable": 503,
}
"""The codes that we use, with their statuses."""

CODES: dict[str, str] = {
    "oracle.request-unsigned": "NotAuthenticated",
    "oracle.request-stale": "NotAuthenticated",
    "oracle.request-replayed": "NotAuthenticated",
    "oracle.body-altered": "NotAuthenticated",
    "oracle.login-failed": "NotAuthenticated",
    "oracle.method-unknown": "MethodNotAllowed",
    "oracle.body-unreadable": "CannotParseRequest",
    "oracle.body-too-large": "PayloadTooLarge",
    "oracle.parameter-missing": "MissingParameter",
    "oracle.etag-changed": "NoEtagMatch",
    "oracle.retry-token-used": "InvalidatedRetryToken",
    "oracle.retry-running": "IncorrectState",
    "oracle.repository-exists": "NotAuthorizedOrResourceAlreadyExists",
    "oracle.repository-immutable": "Conflict",
    "oracle.image-not-restorable": "Conflict",
    "oracle.signature-exists": "Conflict",
    "oracle.signatures-too-many": "LimitExceeded",
    "oracle.key-unusable": "Conflict",
    "oracle.tags-too-many": "LimitExceeded",
    "sealing.altered": "Conflict",
    "vault.key-blocked": "Conflict",
    "vault.name-taken": "NotAuthorizedOrResourceAlreadyExists",
    "vault.state": "Conflict",
    "vault.version-current": "Conflict",
    "vault.versions-too-many": "LimitExceeded",
    "service.browser-refused": "NotAuthorizedOrNotFound",
    "service.busy": "TooManyRequests",
    "service.rate-exceeded": "TooManyRequests",
    "service.logins-failed": "TooManyRequests",
    "service.read-only": "MethodNotAllowed",
    "service.body-unwanted": "PayloadTooLarge",
    "service.body-too-large": "PayloadTooLarge",
    "service.quota-exceeded": "QuotaExceeded",
    "service.storage-failed": "ServiceUnavailable",
    "service.failed": "InternalServerError",
}
"""What errors are told as where their class does not say it."""

_APPROVAL = "approval."
_HIDDEN = "Authorization failed or requested resource not found."
_BY_CLASS: tuple[tuple[type[SealwrightError], str], ...] = (
    (NotFoundError, "NotAuthorizedOrNotFound"),
    (AccessDeniedError, "NotAuthorizedOrNotFound"),
    (CallerError, "InvalidParameter"),
    (ArtifactError, "InvalidParameter"),
    (NetworkError, "ServiceUnavailable"),
)


class _Told(msgspec.Struct, frozen=True):
    code: str
    message: str


def code_of(error: SealwrightError) -> str:
    """Oracle's code for an error."""
    code = CODES.get(error.code)
    if code is None and error.code.startswith(_APPROVAL):
        return "Conflict"  # who asks may see the key, and is to be told what is missing
    if code is None:
        code = next((code for kind, code in _BY_CLASS if isinstance(error, kind)), "InternalServerError")
    return code


def told(error: SealwrightError) -> tuple[int, bytes]:
    """The status and the body of the answer."""
    code = code_of(error)
    message = _HIDDEN if code == "NotAuthorizedOrNotFound" else str(error)
    return STATUSES[code], msgspec.json.encode(_Told(code, message))
