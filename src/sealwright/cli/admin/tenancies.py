"""The tenancy that a service is to Oracle's clients, for commands beside it."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sealwright.cli.admin.opening import with_settings

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["with_tenancy"]


def with_tenancy(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `with_database`; the function gets the tenancy as its second argument."""

    @with_settings
    @functools.wraps(function)
    def run(settings: Any, *args: Any, **kwargs: Any) -> Any:
        from sealwright.service.oracle import tenancy  # noqa: PLC0415  # not for the help
        from sealwright.service.storage import open_database  # noqa: PLC0415  # not for the help

        database: Database = open_database(settings.storage)
        try:
            database.migrate()
            vault, oracle = settings.vault, settings.oracle
            root = tenancy.opened(database, vault.realm, vault.region, oracle.namespace)
            return function(database, root, *args, **kwargs)
        finally:
            database.close()

    return run
