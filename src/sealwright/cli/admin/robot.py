"""`seal admin robot`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli import options
from sealwright.cli.admin.listing import accounts_listed
from sealwright.cli.admin.opening import actor, with_database
from sealwright.cli.admin.token import days_option, issued
from sealwright.cli.examples import Group

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["command"]


@click.group("robot", cls=Group, examples=("seal admin robot add ci --days 30", "seal admin robot list"))
def command() -> None:
    """Make, list and remove robots, which log in with tokens."""


@command.command("add")
@click.argument("name")
@days_option
@options.json_output
@with_database
def add(database: "Database", name: str, days: int, output: str) -> None:
    """Make the robot NAME and its first token, which is printed once."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    accounts.add_robot(database, actor(), name)
    issued(database, name, "", days, output)


@command.command("list")
@options.json_output
@with_database
def list_robots(database: "Database", output: str) -> None:
    """List the robots."""
    accounts_listed(database, "robot", output)


@command.command("remove")
@click.argument("name")
@with_database
def remove(database: "Database", name: str) -> None:
    """Remove the robot NAME with its tokens and rights."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    accounts.remove(database, actor(), name, "robot")
    click.echo(f"{name}: removed")
