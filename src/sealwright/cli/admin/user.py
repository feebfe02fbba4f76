"""`seal admin user`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.admin.asking import new_password, password_stdin
from sealwright.cli.admin.listing import accounts_listed
from sealwright.cli.admin.opening import actor, with_database
from sealwright.cli.examples import Group

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["command"]

_name = click.argument("name")


@click.group(
    "user",
    cls=Group,
    examples=(
        "seal admin user add alice",
        "seal admin user add bob --password-stdin < password",
        "seal admin user disable alice",
    ),
)
def command() -> None:
    """Make, list, change and remove users."""


@command.command("add")
@_name
@password_stdin
@options.json_output
@with_database
def add(database: "Database", name: str, output: str, *, password_stdin: bool) -> None:
    """Make the user NAME. A password that is made is printed once."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    password, is_made = new_password(from_stdin=password_stdin)
    accounts.add_user(database, actor(), name, password)
    _tell("made", name, password if is_made else None, output)


@command.command("passwd")
@_name
@password_stdin
@options.json_output
@with_database
def passwd(database: "Database", name: str, output: str, *, password_stdin: bool) -> None:
    """Give the user NAME a new password. Personal tokens stay."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    accounts.required(database, name, "user")
    password, is_made = new_password(from_stdin=password_stdin)
    accounts.set_password(database, actor(), name, password)
    _tell("changed", name, password if is_made else None, output)


@command.command("list")
@options.json_output
@with_database
def list_users(database: "Database", output: str) -> None:
    """List the users."""
    accounts_listed(database, "user", output)


@command.command("disable")
@_name
@with_database
def disable(database: "Database", name: str) -> None:
    """Let NAME, a user or robot, log in no longer. Nothing of theirs is removed."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    accounts.set_disabled(database, actor(), name, disabled=True)
    click.echo(f"{name}: disabled")


@command.command("enable")
@_name
@with_database
def enable(database: "Database", name: str) -> None:
    """Let NAME log in again."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    accounts.set_disabled(database, actor(), name, disabled=False)
    click.echo(f"{name}: enabled")


@command.command("remove")
@_name
@with_database
def remove(database: "Database", name: str) -> None:
    """Remove the user NAME with tokens and rights. What they pushed stays."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help

    accounts.remove(database, actor(), name, "user")
    click.echo(f"{name}: removed")


def _tell(done: str, name: str, password: str | None, output: str) -> None:
    if output == "json":
        tables.print_json({"user": name} if password is None else {"user": name, "password": password})
    elif password is None:
        click.echo(f"{name}: {done}")
    else:
        click.echo(f"{name}: {done}; the password, shown only now: {password}")
