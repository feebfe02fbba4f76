"""Which table of the settings is about a repository."""

from collections.abc import Iterable
from functools import lru_cache

from sealwright.errors import CallerError
from sealwright.service.configuration.patterns import matches
from sealwright.service.configuration.signed_only import SignedOnly

__all__ = ["Rules"]


class Rules:
    """The tables in their order: the first whose pattern matches a repository is about it.

    Args:
        tables: as they stand in the settings.

    Raises:
        CallerError: `service.signed-only-incomplete`: one that is not off names no policy.
    """

    def __init__(self, tables: Iterable[SignedOnly]) -> None:
        self.tables = tuple(tables)
        for table in self.tables:
            if table.mode != "off" and not table.policy:
                raise CallerError("service.signed-only-incomplete", pattern=table.pattern, mode=table.mode)
        self.about = lru_cache(maxsize=4096)(self._about)

    def _about(self, repository: str) -> SignedOnly | None:
        """The table that is about a repository, or None if nothing is asked of it."""
        found = next((table for table in self.tables if matches(table.pattern, repository)), None)
        return None if found is None or found.mode == "off" else found
