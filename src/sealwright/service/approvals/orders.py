"""What requests of `/api/v1` about approvals ask for, read from their bodies and queries."""

import re
from typing import Annotated, TypeVar

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import UsageError
from sealwright.service.approvals.queries.listings import Wanted
from sealwright.service.approvals.records import STATES
from sealwright.service.web.asked import Asked

__all__ = ["EnrolmentOrder", "read", "wait", "wanted"]

T = TypeVar("T", bound=msgspec.Struct)

_SECONDS = re.compile(r"[0-9]{1,4}")
_REVISION = re.compile(r"[0-9]{1,9}")
_PLACE = re.compile(r"[0-9]{1,18}\.[0-9a-f]{1,64}")


class EnrolmentOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person with public keys, each as text (PEM, or armored) or in base64."""

    person: str
    keys: Annotated[list[str], msgspec.Meta(min_length=1, max_length=limits.APPROVAL_PERSON_KEYS)]


async def read(asked: Asked, kind: type[T], limit: int) -> T:
    """The body as a record.

    Raises:
        UsageError: `service.request-invalid`.
        MalformedContentError: `service.body-too-large`.
    """
    content = await asked.body.read(limit, "service.body-too-large")
    try:
        return msgspec.convert(strict_json.loads(content, limit), kind)
    except (strict_json.JsonError, msgspec.ValidationError) as error:
        raise UsageError("service.request-invalid", problem=str(error)) from None


def wanted(asked: Asked, key: str) -> Wanted:
    """Which requests are asked for.

    Args:
        asked: the request.
        key: the identifier of the key that it names, or an empty text.

    Raises:
        UsageError: `service.filter-invalid`, `service.page-invalid`.
    """
    state, place = asked.query("state") or "", asked.query("last") or ""
    if state and state not in STATES:
        raise _invalid("state", f"one of {', '.join(STATES)}", state)
    if place and _PLACE.fullmatch(place) is None:
        raise _invalid("last", "what `next` of a page says", place)
    person = asked.query("person") or ""
    return Wanted(state, key, person, place, asked.page_length(limits.APPROVALS_PAGE, 1))


def wait(asked: Asked) -> tuple[float, int | None]:
    """For how many seconds a change is waited for, and the revision that is known; None if it is the current.

    Raises:
        UsageError: `service.filter-invalid`.
    """
    text, known = asked.query("wait"), asked.query("known")
    if text is not None and _SECONDS.fullmatch(text) is None:
        raise _invalid("wait", "a number of seconds", text)
    if known is not None and _REVISION.fullmatch(known) is None:
        raise _invalid("known", "the revision of a request", known)
    seconds = min(int(text or 0), limits.APPROVAL_WAIT_SECONDS)
    return seconds, None if known is None else int(known)


def _invalid(name: str, wanted: str, value: str) -> UsageError:
    return UsageError("service.filter-invalid", name=name, wanted=wanted, value=ascii(value[:100]))
