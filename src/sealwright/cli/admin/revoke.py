"""`seal admin revoke`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli.admin.grant import rights_argument
from sealwright.cli.admin.opening import actor, with_database
from sealwright.cli.examples import Command

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["command"]


@click.command("revoke", cls=Command, examples=("seal admin revoke alice push 'team/*'",))
@click.argument("name")
@rights_argument
@click.argument("pattern")
@with_database
def command(database: "Database", name: str, rights: str, pattern: str) -> None:
    """Take rights that NAME was given in exactly PATTERN. See seal admin grant."""
    from sealwright.service.accounts.actions import grants  # noqa: PLC0415  # not for the help

    wanted = grants.rights_of(rights.split(","))
    held = grants.revoke(database, actor(), name, pattern, wanted)
    said = f"{', '.join(sorted(wanted))} in {pattern}"
    click.echo(f"{name}: has no longer {said}" if held else f"{name}: was never given {said}")
