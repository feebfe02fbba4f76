"""`seal admin audit`."""

from typing import TYPE_CHECKING

import click

from sealwright import limits
from sealwright.cli import options, tables
from sealwright.cli.admin.opening import with_database
from sealwright.cli.examples import Command

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["command"]


@click.command(
    "audit",
    cls=Command,
    examples=(
        "seal admin audit",
        "seal admin audit --repository team/app --action manifest.delete",
        "seal admin audit --actor alice --since 2026-01-31 --output json",
    ),
)
@click.option("--actor", default="", help="Only what this account did.")
@click.option("--action", default="", help="Only this, such as manifest.push.")
@click.option("--repository", default="", help="Only what was done in this repository.")
@click.option("--subject", default="", help="Only what was done to this digest, identifier or account.")
@click.option("--since", help="Not before this time: 2026-01-31, or 2026-01-31T12:00:00Z.")
@click.option("--until", help="Before this time.")
@click.option(
    "-n",
    "--most",
    type=click.IntRange(1, limits.AUDIT_PAGE),
    default=100,
    show_default=True,
    help="Rows shown.",
)
@options.json_output
@with_database
def command(
    database: "Database",
    actor: str,
    action: str,
    repository: str,
    subject: str,
    since: str | None,
    until: str | None,
    most: int,
    output: str,
) -> None:
    """Show what was done to the service, the newest first.

    The log is read from its database, whether the service runs or not. Rows are never changed or deleted.
    """
    from sealwright.service.audit.queries import Wanted, page  # noqa: PLC0415  # not for the help
    from sealwright.service.audit.shown import entry  # noqa: PLC0415  # the same

    wanted = Wanted(actor, action, repository, subject, _at("since", since), _at("until", until))
    found = [entry(row) for row in page(database, wanted, None, most)]
    if output == "json":
        tables.print_json({"entries": found})
        return
    columns = ("at", "actor", "action", "repository", "subject", "client")
    rows = [[str(row.get(name, "")) for name in columns] for row in found]
    tables.print_table([name.upper() for name in columns], rows)


def _at(name: str, text: str | None) -> int:
    """A time in microseconds since 1970, or 0; a day begins at midnight in UTC."""
    from sealwright.service.audit.shown import moment  # noqa: PLC0415  # not for the help

    if text is None:
        return 0
    return moment(name, text if "T" in text.upper() else f"{text}T00:00:00Z")
