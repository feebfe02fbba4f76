"""`seal admin migrate`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli.admin.opening import with_settings
from sealwright.cli.examples import Command

if TYPE_CHECKING:
    from sealwright.service.configuration import Configuration

__all__ = ["command"]


@click.command("migrate", cls=Command, examples=("seal admin migrate --check", "seal admin migrate"))
@click.option("--check", is_flag=True, help="Only say what is missing; exit with 1 if anything is.")
@with_settings
def command(settings: "Configuration", *, check: bool) -> int:
    """Bring the database up to date with this version, as a server does when it starts."""
    from sealwright.service.storage import open_database  # noqa: PLC0415  # not for the help

    database = open_database(settings.storage)
    try:
        names = database.lacking() if check else database.migrate()
        place = database.place
    finally:
        database.close()
    for name in names:
        click.echo(f"{'missing' if check else 'applied'}: {name}")
    if not names:
        click.echo(f"the database of {place} is up to date")
    return 1 if check and names else 0
