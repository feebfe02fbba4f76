"""The audit log, read from the newest row on, page by page."""

from typing import Any

import msgspec

from sealwright.service.storage import Database

__all__ = ["Entry", "Wanted", "page"]

_COLUMNS = "at, id, actor, action, repository, subject, request, client, detail"
_EXACT = ("actor", "action", "repository", "subject")


class Entry(msgspec.Struct, frozen=True):
    """One deed; `at` in microseconds since 1970, `detail` as JSON."""

    at: int
    id: int
    actor: str
    action: str
    repository: str
    subject: str
    request: str
    client: str
    detail: str


class Wanted(msgspec.Struct, frozen=True):
    """Which rows: those that have every value that is not empty, from `since` on and before `until`."""

    actor: str = ""
    action: str = ""
    repository: str = ""
    subject: str = ""
    since: int = 0
    until: int = 0


def page(database: Database, wanted: Wanted, after: tuple[int, int] | None, most: int) -> list[Entry]:
    """The newest rows that are wanted, the newest first.

    Args:
        database: where.
        wanted: which rows.
        after: `at` and `id` of the last row of the page before, or None.
        most: how many at most.
    """
    values: dict[str, Any] = {name: getattr(wanted, name) for name in _EXACT if getattr(wanted, name)}
    conditions = [f"{name} = :{name}" for name in values]
    if wanted.since:
        conditions.append("at >= :since")
        values["since"] = wanted.since
    if wanted.until:
        conditions.append("at < :until")
        values["until"] = wanted.until
    if after is not None:
        conditions.append("(at, id) < (:at, :id)")
        values["at"], values["id"] = after
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"SELECT {_COLUMNS} FROM audit {where} ORDER BY at DESC, id DESC LIMIT :most"  # noqa: S608  # our own words
    rows = database.rows(sql, most=most, **values)
    return [Entry(*row) for row in rows]
