"""Accounts of one kind, listed, and times as the lists show them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sealwright.cli import tables

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["accounts_listed", "time_text"]

_MICROSECOND = 1_000_000


def accounts_listed(database: "Database", kind: str, output: str) -> None:
    """Print every account of a kind."""
    from sealwright.service.accounts.queries import accounts  # noqa: PLC0415  # not for the help

    found = [(one, accounts.groups(database, one.id)) for one in accounts.listed(database, kind)]
    if output == "json":
        listed = [
            {
                "name": one.name,
                "disabled": bool(one.disabled),
                "groups": groups,
                "created": time_text(one.created),
            }
            for one, groups in found
        ]
        tables.print_json({f"{kind}s": listed})
        return
    rows = [
        (one.name, "disabled" if one.disabled else "", ", ".join(groups), time_text(one.created))
        for one, groups in found
    ]
    tables.print_table(("NAME", "STATE", "GROUPS", "CREATED"), rows)


def time_text(at: int) -> str:
    """A time in microseconds since 1970 as RFC 3339 has it; 0 is never."""
    return datetime.fromtimestamp(at // _MICROSECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else "never"
