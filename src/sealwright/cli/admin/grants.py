"""`seal admin grants`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.admin.opening import with_database
from sealwright.cli.examples import Command

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["command"]


@click.command("grants", cls=Command, examples=("seal admin grants", "seal admin grants --output json"))
@options.json_output
@with_database
def command(database: "Database", output: str) -> None:
    """List who holds which rights in which repositories."""
    from sealwright.service.accounts.queries import grants  # noqa: PLC0415  # not for the help

    found = [(name, grant.pattern, sorted(grant.rights)) for name, grant in grants.listed(database)]
    if output == "json":
        tables.print_json(
            {
                "grants": [
                    {"account": name, "pattern": pattern, "rights": rights} for name, pattern, rights in found
                ]
            }
        )
        return
    rows = [(name, pattern, ", ".join(rights)) for name, pattern, rights in found]
    tables.print_table(("ACCOUNT", "PATTERN", "RIGHTS"), rows)
