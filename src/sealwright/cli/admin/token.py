"""`seal admin token`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.admin.listing import time_text
from sealwright.cli.admin.opening import actor, with_database
from sealwright.cli.examples import Group

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["command", "days_option", "issued"]

_DAY = 24 * 60 * 60
_MOST_DAYS = 3650

days_option = click.option(
    "--days",
    type=click.IntRange(0, _MOST_DAYS),
    default=90,
    show_default=True,
    help="How long the token holds; 0: until it is revoked.",
)


@click.group(
    "token",
    cls=Group,
    examples=(
        "seal admin token issue ci --note 'build server' --days 30",
        "seal admin token list",
        "seal admin token revoke 4f1c2a9be07d3358",
    ),
)
def command() -> None:
    """Issue, list and revoke tokens."""


@command.command("issue")
@click.argument("name")
@click.option("--note", default="", help="What it is for.")
@days_option
@options.json_output
@with_database
def issue(database: "Database", name: str, note: str, days: int, output: str) -> None:
    """Make a token for NAME, a user or robot. It is printed once."""
    issued(database, name, note, days, output)


def issued(database: "Database", name: str, note: str, days: int, output: str) -> None:
    """Make a token and print it."""
    from sealwright.service.accounts.actions import tokens  # noqa: PLC0415  # not for the help

    one = tokens.issue(database, actor(), name, note, days * _DAY)
    if output == "json":
        tables.print_json(
            {"account": name, "id": one.id, "token": one.token, "expires": time_text(one.expires)}
        )
        return
    click.echo(f"{name}: token {one.id}, until {time_text(one.expires)}, shown only now: {one.token}")


@command.command("list")
@click.argument("name", required=False)
@options.json_output
@with_database
def list_tokens(database: "Database", name: str | None, output: str) -> None:
    """List the tokens of NAME, or of all accounts; what they are is not kept."""
    from sealwright.service.accounts.actions import accounts  # noqa: PLC0415  # not for the help
    from sealwright.service.accounts.queries import tokens  # noqa: PLC0415  # the same
    from sealwright.service.storage import now  # noqa: PLC0415  # the same

    account = accounts.required(database, name).id if name else 0
    found = tokens.listed(database, account, now())
    if output == "json":
        listed = [
            {
                "id": one.id,
                "account": one.account,
                "kind": one.kind,
                "note": one.note,
                "created": time_text(one.created),
                "expires": time_text(one.expires),
            }
            for one in found
        ]
        tables.print_json({"tokens": listed})
        return
    rows = [
        (one.id, one.account, one.kind, time_text(one.created), time_text(one.expires), one.note)
        for one in found
    ]
    tables.print_table(("ID", "ACCOUNT", "KIND", "CREATED", "EXPIRES", "NOTE"), rows)


@command.command("revoke")
@click.argument("token", metavar="ID")
@with_database
def revoke(database: "Database", token: str) -> None:
    """Let a token hold no longer, and whatever was issued for it."""
    from sealwright.service.accounts.actions import tokens  # noqa: PLC0415  # not for the help

    tokens.revoke(database, actor(), token)
    click.echo(f"{token}: revoked")


@command.command("rotate-keys")
@with_database
def rotate_keys(database: "Database") -> None:
    """Sign bearer tokens with a new key from now on. Run it twice to end all that are out."""
    from sealwright.service.accounts.actions import tokens  # noqa: PLC0415  # not for the help

    click.echo(f"{tokens.rotate_keys(database, actor())}: signs from now on")
