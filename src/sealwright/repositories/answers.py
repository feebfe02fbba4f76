"""Answers of registries: lists, and what was not hoped for, as errors (distribution-spec, "Error Codes")."""

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import AccessDeniedError, NotFoundError, RegistryError, SealwrightError
from sealwright.transport.response import Response

__all__ = ["failure", "listed", "token_failure"]

_SAID_LENGTH = 300
_NAME_UNKNOWN = "NAME_UNKNOWN"


class _Entry(msgspec.Struct):
    code: str = ""
    message: str | None = ""


class _Errors(msgspec.Struct):
    errors: list[_Entry] = []


def listed(content: bytes, member: str, limit: int) -> list[object]:
    """The list that an answer is made of; null, as Go programs write an empty list, is one.

    Args:
        content: JSON.
        member: the name of the list.
        limit: the most bytes that are read.

    Raises:
        JsonError: it is no JSON, or has no such list.
    """
    value = strict_json.loads(content, limit)
    found = value.get(member, "") if isinstance(value, dict) else ""
    if found is None:
        return []
    if not isinstance(found, list):
        raise strict_json.JsonError(f"it has no list of {member}")
    return found


def failure(response: Response, name: str, what: str, **data: object) -> SealwrightError:
    """The error for an answer; its body is read within bounds and the response closed.

    Args:
        response: an answer with a status that the caller did not expect.
        name: the repository or registry that was asked, as users call it.
        what: `manifest`, `blob`, `repository`, `upload` or `referrers`: what was asked for.
        data: more for the sentence, such as `reference` or `digest`.
    """
    status = response.status
    code, said = _said(response)
    known: dict[str, object] = {"name": name, "what": what, "status": status, "said": said, **data}
    if status in (401, 403):
        return AccessDeniedError("registry.denied", **known)
    if status == 404:  # noqa: PLR2004  # Not Found
        if code == _NAME_UNKNOWN:
            return NotFoundError("registry.repository-unknown", **known)
        if what in ("manifest", "blob"):
            known.setdefault("reference", "")
            return NotFoundError(f"registry.{what}-unknown", **known)
        return NotFoundError("registry.not-found", **known)
    if status == 429:  # noqa: PLR2004  # Too Many Requests
        after = response.headers.get("retry-after", "some time")
        made = RegistryError("registry.too-many-requests", after=ascii(after)[1:60], **known)
        made.retryable = True
        return made
    if status >= 500:  # noqa: PLR2004  # server errors
        made = RegistryError("registry.failed", **known)
        made.retryable = True
        return made
    if status == 405 or code == "UNSUPPORTED":  # noqa: PLR2004  # Method Not Allowed
        return RegistryError("registry.unsupported", **known)
    return RegistryError("registry.refused", **known)


def token_failure(response: Response, domain: str) -> RegistryError:
    """The error for an answer of a token service that is neither a token nor a refusal."""
    _, said = _said(response)
    made = RegistryError("registry.token-service-failed", registry=domain, status=response.status, said=said)
    made.retryable = response.status in (429, 500, 502, 503, 504)
    return made


def _said(response: Response) -> tuple[str, str]:
    """The first error code and a printable message."""
    content = response.beginning(limits.ERROR_BODY_BYTES)
    response.close()
    try:
        entries = msgspec.json.decode(content, type=_Errors).errors
    except (msgspec.MsgspecError, ValueError, RecursionError):  # ValueError: not UTF-8
        entries = []
    if not entries:
        return "", ""
    first = entries[0]
    text = f"{first.code}: {first.message}" if first.message else first.code
    text = "".join(mark if mark.isprintable() else " " for mark in text[:_SAID_LENGTH])
    return first.code, f" ({text})" if text else ""
