"""Lists in the order of time or name: one filter by an index, the others by looking.

Every table that is listed has, for each column that filters well, an index of state, column, time and
identifier, and one of state, column, title and identifier. The best filter that is given chooses it, and so a
page costs the same whatever the table holds: at most `limits.ORACLE_SCANNED` rows are looked at. If that
bound comes before the page is full, the page is short, and the next one goes on behind the last row that was
looked at.

What remains after the page is counted among the next rows only, up to `limits.ORACLE_COUNTED`, so that it is
exact in short lists.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from sealwright import limits
from sealwright.service.storage import Database, Row, Value

__all__ = ["Filter", "Found", "Order", "Search", "Source", "search"]

_BATCH = 500
_FIRST = 3  # where the columns of the filters begin in a row
_LOWEST: tuple[int, str] = (-1, "")
_HIGHEST: tuple[int, str] = (2**62, "\U0010ffff")


class Source(msgspec.Struct, frozen=True):
    """A table that can be listed.

    Attributes:
        table: its name; it is joined with `repositories`.
        time: the column of the one order.
        title: that of the other.
        indexed: columns that have indexes, by their worth.
        shown: further columns that are wanted of each row.
        joined: further tables, as SQL.
        computed: filters that are no columns, as SQL.
    """

    table: str
    time: str
    title: str
    indexed: tuple[str, ...]
    shown: str
    joined: str = ""
    computed: Mapping[str, str] = {}


class Filter(msgspec.Struct, frozen=True):
    """What a column has to be, or to begin with.

    Attributes:
        column: of the table, or computed.
        value: what it has to be.
        begins: whether it has to begin so.
        test: SQL that asks something else about `{value}`, and gives a number that is not 0 if so.
    """

    column: str
    value: str | int
    begins: bool = False
    test: str = ""

    def passes(self, value: object) -> bool:
        """Whether a row whose column has that value is wanted."""
        if self.test:
            return bool(value)
        return str(value).startswith(str(self.value)) if self.begins else value == self.value


class Order(msgspec.Struct, frozen=True):
    """By title instead of by time, and downwards instead of upwards."""

    titles: bool
    descending: bool


class Search(msgspec.Struct, frozen=True):
    """What is wanted: of one state, what passes all filters, after a place, so many."""

    state: str
    filters: tuple[Filter, ...]
    order: Order
    after: tuple[int | str, str] | None
    most: int


class Found(NamedTuple):
    """A page: rows of `Source.shown`, the place where it ended if there is more, and how much more."""

    rows: list[Row]
    after: tuple[int | str, str] | None
    remaining: int


def search(database: Database, source: Source, wanted: Search, visible: Callable[[str], bool]) -> Found:
    """A page of what is wanted.

    Args:
        database: where.
        source: the table.
        wanted: what of it.
        visible: whether the caller may see what is in a repository.
    """
    place = wanted.after or _beginning(wanted.order)
    rows: list[Row] = []
    scanned = 0
    while scanned < limits.ORACLE_SCANNED:
        batch = min(_BATCH, max(wanted.most - len(rows) + 1, _BATCH // 10))
        listed = _rows(database, source, wanted, source.shown, place, batch)
        for row in listed:
            if len(rows) == wanted.most:
                return Found(rows, place, _remaining(database, source, wanted, visible, place))
            place = (row[0], row[1])
            if _passes(wanted, row, visible):
                rows.append(row[_FIRST + len(wanted.filters) :])
        scanned += len(listed)
        if len(listed) < batch:
            return Found(rows, None, 0)
    return Found(rows, place, _remaining(database, source, wanted, visible, place))


def _remaining(
    database: Database,
    source: Source,
    wanted: Search,
    visible: Callable[[str], bool],
    place: tuple[int | str, str],
) -> int:
    """How much is wanted among the next rows."""
    listed = _rows(database, source, wanted, "", place, limits.ORACLE_COUNTED)
    return sum(_passes(wanted, row, visible) for row in listed)


def _passes(wanted: Search, row: Row, visible: Callable[[str], bool]) -> bool:
    return visible(row[2]) and all(
        one.passes(row[_FIRST + index]) for index, one in enumerate(wanted.filters)
    )


def _rows(
    database: Database,
    source: Source,
    wanted: Search,
    shown: str,
    place: tuple[int | str, str],
    most: int,
) -> list[Row]:
    """The next rows that the index gives: order, identifier, repository, columns of filters, what is shown.

    That a column has a value is said by two bounds, and it comes first in the order. So no index but its own
    is in order, and no database is tempted to look through the rows of all the others.
    """
    chosen = _chosen(source, wanted)
    table = source.table
    order = source.title if wanted.order.titles else source.time
    columns = [f"{table}.state", *([f"{table}.{chosen.column}"] if chosen else []), f"{table}.{order}"]
    fixed = [":state", *([":value"] if chosen else [])]
    whole = ", ".join((*columns, f"{table}.id"))
    direction, beyond, within = ("DESC", "<", ">=") if wanted.order.descending else ("ASC", ">", "<=")
    sifted = "".join(
        f", {_column(source, one).replace('{value}', f':{_parameter(index)}')}"
        for index, one in enumerate(wanted.filters)
    )
    joined = source.joined if shown else ""
    ordered = ", ".join(f"{column} {direction}" for column in (*columns, f"{table}.id"))
    first, last = ", ".join((*fixed, ":end")), ", ".join((*fixed, ":at", ":id"))
    sql = f"""
        SELECT {table}.{order}, {table}.id, repositories.name{sifted}{", " if shown else ""}{shown}
        FROM {table} JOIN repositories ON repositories.id = {table}.repository {joined}
        WHERE ({", ".join(columns)}) {within} ({first})
        AND ({whole}) {beyond} ({last})
        ORDER BY {ordered} LIMIT :most
    """  # noqa: S608  # constants of this package; the values are parameters
    values: dict[str, Value] = {"state": wanted.state, "at": place[0], "id": place[1], "most": most}
    values["end"] = _end(wanted.order)
    values |= {_parameter(index): one.value for index, one in enumerate(wanted.filters) if one.test}
    if chosen is not None:
        values["value"] = chosen.value
    return list(database.rows(sql, **values))


def _parameter(index: int) -> str:
    """What a filter's value is called in the query; names have no digits."""
    return f"sift_{'abcdefghijklmnop'[index]}"


def _column(source: Source, one: Filter) -> str:
    return one.test or source.computed.get(one.column) or f"{source.table}.{one.column}"


def _chosen(source: Source, wanted: Search) -> Filter | None:
    """The filter whose index is used."""
    given = {one.column: one for one in wanted.filters if not (one.begins or one.test)}
    return next((given[column] for column in source.indexed if column in given), None)


def _beginning(order: Order) -> tuple[int | str, str]:
    """A place before all rows."""
    bound = _HIGHEST if order.descending else _LOWEST
    return bound[order.titles], _HIGHEST[1] if order.descending else ""


def _end(order: Order) -> int | str:
    """A value that no row is beyond."""
    return (_LOWEST if order.descending else _HIGHEST)[order.titles]
