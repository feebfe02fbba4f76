"""`seal admin grant`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli.admin.opening import actor, with_database
from sealwright.cli.examples import Command

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["command", "rights_argument"]

rights_argument = click.argument("rights", metavar="RIGHT[,RIGHT...]")


@click.command(
    "grant",
    cls=Command,
    examples=(
        "seal admin grant alice push,pull 'team/*'",
        "seal admin grant signers sign '*'",
        "seal admin grant anonymous pull 'public/*'",
        "seal admin grant alice admin '*'",
        "seal admin grant ci sign 'vault:production/build'",
    ),
)
@click.argument("name")
@rights_argument
@click.argument("pattern")
@with_database
def command(database: "Database", name: str, rights: str, pattern: str) -> None:
    """Give NAME rights in the repositories, or for the keys, that PATTERN matches.

    NAME is a user, robot or group, or anonymous for everybody, or authenticated for every account. The rights
    are pull, push, delete, sign, audit, and admin, which holds all of them. An asterisk in PATTERN stands for
    any characters; admin in '*' administers the whole service. Keys of vaults are vault:VAULT/KEY; a PATTERN
    that does not begin with vault: is about none.
    """
    from sealwright.service.accounts.actions import grants  # noqa: PLC0415  # not for the help

    wanted = grants.rights_of(rights.split(","))
    grants.grant(database, actor(), name, pattern, wanted)
    click.echo(f"{name}: may {', '.join(sorted(wanted))} in {pattern}")
