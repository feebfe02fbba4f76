"""Lists of the API: from the parameters of a request to a page.

`sortBy` is TIMECREATED (the default, the latest first) or DISPLAYNAME (upwards); `sortOrder` turns either
round. A name that ends with an asterisk stands for all that begin so.
"""

from collections.abc import Sequence

from sealwright.errors import UsageError
from sealwright.service.oracle import paging
from sealwright.service.oracle.artifacts.context import Artifacts
from sealwright.service.oracle.queries import listing
from sealwright.service.oracle.queries.listing import Filter, Found, Order, Search, Source
from sealwright.service.oracle.wire import Call

__all__ = ["STATES", "equal", "found", "named", "token"]

STATES = ("AVAILABLE", "DELETING", "DELETED")
"""Nothing is ever on its way."""


def equal(call: Call, parameters: dict[str, str]) -> list[Filter]:
    """Filters for what has to be as a parameter says.

    Args:
        call: the request.
        parameters: the column of each.
    """
    given = ((column, call.text(name)) for name, column in parameters.items())
    return [Filter(column, value) for column, value in given if value is not None]


def named(call: Call, parameter: str, column: str) -> list[Filter]:
    """A filter for a name, or for all that begin like it."""
    text = call.text(parameter)
    if text is None:
        return []
    begins = text.endswith("*")
    return [Filter(column, text.removesuffix("*") if begins else text, begins)]


async def found(
    artifacts: Artifacts, call: Call, source: Source, scope: str | None, filters: Sequence[Filter]
) -> tuple[paging.Page, Found]:
    """The page that a request asks for, of what the caller may see.

    Args:
        artifacts: of the service.
        call: the request.
        source: what is listed.
        scope: what rows have of the compartment; None for all.
        filters: further ones.

    Raises:
        UsageError: `oracle.parameter-invalid` or `oracle.page-invalid`.
    """
    state = call.choice("lifecycleState", STATES) or "AVAILABLE"
    titles = call.choice("sortBy", ("TIMECREATED", "DISPLAYNAME")) == "DISPLAYNAME"
    way = call.choice("sortOrder", ("ASC", "DESC")) or ("ASC" if titles else "DESC")
    page = call.page()
    if page.after is not None and isinstance(page.after[0], str) is not titles:
        raise UsageError("oracle.page-invalid")
    within = [] if scope is None else [Filter("compartment", scope)]
    search = Search(state, (*filters, *within), Order(titles, way == "DESC"), page.after, page.most)
    sees = call.caller.sees
    return page, await artifacts.content.read(listing.search, source, search, sees)


def token(page: paging.Page, found: Found) -> str:
    """What the next page is asked for with; empty if there is none."""
    return paging.token(page, *found.after) if found.after is not None else ""
