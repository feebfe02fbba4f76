"""Pages of lists: how many entries, in which order, and from where on.

The token of the next page holds the place where the last one ended and a digest of the filters and the order
that it was made for; with others it is refused. It opens nothing: it is a bound like any that a client could
choose, and rights are asked for again on each page.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Literal

import msgspec

from sealwright import limits
from sealwright.errors import UsageError

__all__ = ["Order", "Page", "page", "token"]

_PAGED = frozenset({"limit", "page"})

Order = Literal["ASC", "DESC"]


class Page(msgspec.Struct, frozen=True):
    """What a client wants of a list.

    Attributes:
        most: how many entries.
        after: where the page before ended: the value of the order, and an identifier; None at the beginning.
        wanted: the digest of filters and order.
    """

    most: int
    after: tuple[int | str, str] | None
    wanted: str


class _Token(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    wanted: str
    value: int | str
    identifier: str


def page(path: str, parameters: Mapping[str, list[str]]) -> Page:
    """The page that a request asks for.

    Args:
        path: of the list.
        parameters: of its query.

    Raises:
        UsageError: `oracle.parameter-invalid` or `oracle.page-invalid`.
    """
    most = _number(parameters.get("limit", []))
    wanted = _digest(path, parameters)
    given = parameters.get("page")
    if not given or given == [""]:
        return Page(most, None, wanted)
    token = _read(given[-1])
    if token is None or token.wanted != wanted:
        raise UsageError("oracle.page-invalid")
    return Page(most, (token.value, token.identifier), wanted)


def token(page: Page, value: int | str, identifier: str) -> str:
    """The token of the page that begins after an entry.

    Args:
        page: the one that ends with it.
        value: that of the order, of that entry.
        identifier: of that entry.
    """
    encoded = msgspec.json.encode(_Token(page.wanted, value, identifier))
    return base64.urlsafe_b64encode(encoded).decode().rstrip("=")


def _read(text: str) -> _Token | None:
    if len(text) > limits.ORACLE_PAGE_TOKEN_LENGTH:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        decoded = base64.b64decode(padded, altchars=b"-_", validate=True)
        found = msgspec.json.decode(decoded, type=_Token)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None
    fits = isinstance(found.value, str) or 0 <= found.value < 2**62
    return found if fits and "\0" not in f"{found.value}{found.identifier}" else None


def _digest(path: str, parameters: Mapping[str, list[str]]) -> str:
    told = sorted((name, values) for name, values in parameters.items() if name not in _PAGED)
    return hashlib.sha256(msgspec.json.encode([path, told])).hexdigest()[:16]


def _number(values: list[str]) -> int:
    """How many entries a page may have.

    Raises:
        UsageError: `oracle.parameter-invalid`.
    """
    if not values:
        return limits.ORACLE_PAGE
    text = values[-1]
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text)):  # noqa: PLR2004  # digits
        raise UsageError("oracle.parameter-invalid", name="limit", problem="it is no number from 1 on")
    return min(int(text), limits.ORACLE_PAGE_MOST)
