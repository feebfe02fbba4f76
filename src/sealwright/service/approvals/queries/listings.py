"""Which requests there are, the newest first, by what their rows say; nothing is believed yet (`ledger`)."""

from collections.abc import Iterator, Mapping

import msgspec

from sealwright import limits
from sealwright.service.storage import Database

__all__ = ["Wanted", "found"]

_ROWS_OF: Mapping[str, tuple[str, str, str]] = {
    "waiting": ("waiting", "waiting", "waiting"),
    "locked": ("locked", "locked", "locked"),
    "ready": ("locked", "ready", "ready"),
    "denied": ("denied", "denied", "denied"),
    "expired": ("expired", "expired", "expired"),
    "spent": ("spent", "spent", "spent"),
    "void": ("waiting", "locked", "ready"),
}
"""Under which states the rows may stand of requests that stand in one now."""

_BLOCK = 200
_NEWEST = f"{2**62}."
_BEFORE = "({0} < :at OR ({0} = :at AND {1} < :id))"
_REQUESTS = "FROM approval_requests AS r"
_PEOPLE = "FROM approval_people AS p JOIN approval_requests AS r ON r.id = p.request"
_OF_ALL = f"""
    SELECT r.requested_at, r.id {_REQUESTS}
    WHERE {_BEFORE.format("r.requested_at", "r.id")} {{more}}
    ORDER BY r.requested_at DESC, r.id DESC LIMIT :block
"""
_OF_PERSON = f"""
    SELECT p.requested_at, p.request {_PEOPLE}
    WHERE p.person = :person AND {_BEFORE.format("p.requested_at", "p.request")} {{more}}
    ORDER BY p.requested_at DESC, p.request DESC LIMIT :block
"""
_OF_KEY = "AND r.key = :key"
_IN_STATES = "AND r.state IN (:first, :second, :third)"


class Wanted(msgspec.Struct, frozen=True):
    """Which requests are wanted; what is empty does not matter.

    Attributes:
        state: how they stand, one of `records.STATES`.
        key: the identifier of their key.
        person: who has a say in them.
        place: after which one the page begins, as `found` tells it.
        most: how many at most.
    """

    state: str = ""
    key: str = ""
    person: str = ""
    place: str = ""
    most: int = limits.APPROVALS_PAGE


def found(database: Database, wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Identifiers of requests, each with its place: a time, a point, and the identifier."""
    sql = (_OF_PERSON if wanted.person else _OF_ALL).format(
        more=" ".join((_OF_KEY if wanted.key else "", _IN_STATES if wanted.state else ""))
    )
    values: dict[str, str] = {}
    if wanted.person:
        values["person"] = wanted.person
    if wanted.key:
        values["key"] = wanted.key
    if wanted.state:
        values |= zip(("first", "second", "third"), _ROWS_OF[wanted.state], strict=True)
    place = wanted.place or _NEWEST
    full = True
    while full:
        at, _, identifier = place.partition(".")
        rows = database.rows(sql, at=int(at), id=identifier, block=_BLOCK, **values)
        for row in rows:
            place = f"{row[0]}.{row[1]}"
            yield str(row[1]), place
        full = len(rows) == _BLOCK
