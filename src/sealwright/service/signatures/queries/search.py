"""The search over all signatures: one filter by an index, the others by looking.

Whatever is asked for, a page reads at most `limits.SIGNATURES_SCANNED` rows, the latest received first. The
rows that the index gives are sifted here; if the bound comes before the page is full, the page is short, and
the next one goes on behind the last row that was looked at. So one request costs the same whatever a table of
millions holds, and whatever little of it the caller may see.
"""

from collections.abc import Callable

import msgspec

from sealwright import limits
from sealwright.service.signatures.queries.rows import COLUMNS, signature
from sealwright.service.signatures.records import Signature
from sealwright.service.storage import Database, Row

__all__ = ["Page", "Wanted", "search"]

_BATCH = 500
_NEVER = 2**62
_RECEIVED = 17  # where it stands in a row
_ID = 0

_BY = ("key", "subject", "signer", "repository", "attached_by", "format")
"""The filters by their worth: the first of them that is asked for chooses the index."""


def _latest(condition: str = "", column: str = "") -> str:
    """The query for the latest rows: of all, of those that meet a condition, or whose column has the value.

    That a column has it is said by two bounds, and it comes first in the order. So no index but its own is in
    order, and no database is tempted to look through the rows of all the others.
    """
    where = f"{condition} AND" if condition else ""
    its, value, descending = (f"{column}, ", ":value, ", f"{column} DESC, ") if column else ("", "", "")
    return f"""
        SELECT {COLUMNS}
        WHERE {where} ({its}signatures.received) >= ({value}:since)
        AND ({its}signatures.received, signatures.id) < ({value}:at, :id)
        ORDER BY {descending}signatures.received DESC, signatures.id DESC LIMIT :most
    """


_ALL = _latest()
_REVOKED = _latest("signatures.revoked_at IS NOT NULL")
_FILTERED = {name: _latest(column=f"signatures.{name}") for name in _BY} | {
    # several indexes begin with the repository: here the order must leave it out
    "repository": _latest("signatures.repository = (SELECT id FROM repositories WHERE name = :value)")
}


class Wanted(msgspec.Struct, frozen=True):
    """What is searched for; a None is no filter. Times are in microseconds since 1970, `until` exclusive."""

    repository: str | None = None
    subject: str | None = None
    signer: str | None = None
    key: str | None = None
    fingerprint: str | None = None
    format: str | None = None
    attached_by: str | None = None
    since: int = 0
    until: int = _NEVER
    revoked: bool | None = False


class Page(msgspec.Struct, frozen=True):
    """Some of the signatures, and after which row (time and identifier) the next page goes on, if any."""

    signatures: list[Signature]
    after: tuple[int, str] | None


def search(
    database: Database,
    wanted: Wanted,
    visible: Callable[[str], bool],
    after: tuple[int, str] | None,
    most: int,
) -> Page:
    """A page of what is wanted, the latest received first.

    Args:
        database: where.
        wanted: the filters.
        visible: whether the caller may see signatures of a repository.
        after: where the page before ended.
        most: how many.
    """
    sql, value = _query(wanted)
    at, identifier = after or (wanted.until, "")
    found: list[Signature] = []
    scanned = 0
    while scanned < limits.SIGNATURES_SCANNED:
        batch = min(_BATCH, max(most - len(found) + 1, _BATCH // 10))
        rows = database.rows(sql, at=at, id=identifier, since=wanted.since, most=batch, **value)
        for row in rows:
            if len(found) == most:
                return Page(found, (at, identifier))
            at, identifier = row[_RECEIVED], row[_ID]
            if _matches(wanted, row) and visible(row[1]):
                found.append(signature(row))
        scanned += len(rows)
        if len(rows) < batch:
            return Page(found, None)
    return Page(found, (at, identifier))


def _query(wanted: Wanted) -> tuple[str, dict[str, str]]:
    for name, sql in _FILTERED.items():
        value = getattr(wanted, name)
        if value is not None:
            return sql, {"value": value}
    return (_REVOKED if wanted.revoked else _ALL), {}


def _matches(wanted: Wanted, row: Row) -> bool:
    one = signature(row)
    return (
        all(getattr(wanted, name) in (None, getattr(one, name)) for name in _BY)
        and (wanted.fingerprint is None or one.fingerprint in ("", wanted.fingerprint))
        and (wanted.revoked is None or wanted.revoked == (one.revoked_at is not None))
    )
