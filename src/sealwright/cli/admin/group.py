"""`seal admin group`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.admin.opening import actor, with_database
from sealwright.cli.examples import Group

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["command"]

_group = click.argument("group")
_name = click.argument("name")


@click.group(
    "group",
    cls=Group,
    examples=(
        "seal admin group add team",
        "seal admin group join team alice",
        "seal admin grant team push 'team/*'",
    ),
)
def command() -> None:
    """Make, list and remove groups, and say who is in them."""


@command.command("add")
@_group
@with_database
def add(database: "Database", group: str) -> None:
    """Make the group GROUP."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    accounts.add_group(database, actor(), group)
    click.echo(f"{group}: made")


@command.command("list")
@options.json_output
@with_database
def list_groups(database: "Database", output: str) -> None:
    """List the groups and their members."""
    from sealwright.service.accounts.queries import accounts  # noqa: PLC0415  # not for the help

    found = [(one.name, accounts.members(database, one.id)) for one in accounts.listed(database, "group")]
    if output == "json":
        tables.print_json({"groups": [{"name": name, "members": members} for name, members in found]})
        return
    tables.print_table(("NAME", "MEMBERS"), [(name, ", ".join(members)) for name, members in found])


@command.command("remove")
@_group
@with_database
def remove(database: "Database", group: str) -> None:
    """Remove the group GROUP with its rights. Its members stay."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    accounts.remove(database, actor(), group, "group")
    click.echo(f"{group}: removed")


@command.command("join")
@_group
@_name
@with_database
def join(database: "Database", group: str, name: str) -> None:
    """Make NAME, a user or robot, a member of GROUP."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    is_new = accounts.join(database, actor(), group, name)
    click.echo(f"{name}: {'joined' if is_new else 'is already in'} {group}")


@command.command("leave")
@_group
@_name
@with_database
def leave(database: "Database", group: str, name: str) -> None:
    """Let NAME be a member of GROUP no longer."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    was_in = accounts.leave(database, actor(), group, name)
    click.echo(f"{name}: {'left' if was_in else 'was not in'} {group}")
