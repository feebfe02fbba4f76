"""Pages of what a caller may see, out of more that is there."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from sealwright import limits
from sealwright.service.vault.queries.listings import Page
from sealwright.service.vault.queries.rows import Found

__all__ = ["gathered"]

T = TypeVar("T")


def gathered(
    fetch: Callable[[Page], list[Found]],
    show: Callable[[Found], T | None],
    place: Callable[[Found], str],
    page: Page,
) -> tuple[list[T], str | None]:
    """One page, and after what the next one begins; None if there is none.

    Args:
        fetch: gives a page of all that is there.
        show: gives what is shown of a thing; None: nothing.
        place: what `Page.after` says of a thing.
        page: which page is wanted.
    """
    shown: list[T] = []
    after = page.after
    size = page.most + 1
    for _ in range(1 + limits.VAULT_ROWS_SCANNED // size):
        batch = fetch(msgspec.structs.replace(page, after=after, most=size))
        for one in batch:
            if len(shown) == page.most:
                return shown, after
            after = place(one)
            told = show(one)
            if told is not None:
                shown.append(told)
        if len(batch) < size:
            return shown, None
    return shown, after
