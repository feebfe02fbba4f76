"""`seal admin api-key`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.admin.listing import time_text
from sealwright.cli.admin.opening import actor, with_database
from sealwright.cli.admin.tenancies import with_tenancy
from sealwright.cli.examples import Group

if TYPE_CHECKING:
    from sealwright.service.oracle.tenancy import Tenancy
    from sealwright.service.storage import Database

__all__ = ["command"]

_user = click.option(
    "--user",
    default="anonymous",
    metavar="NAME",
    help="The user or robot whose requests it signs; without it, those of a service that has no accounts.",
)


@click.group(
    "api-key",
    cls=Group,
    examples=(
        "seal admin api-key add ci.pub.pem --user ci --note 'build server'",
        "seal admin api-key list",
        "seal admin api-key remove 20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34 --user ci",
    ),
)
def command() -> None:
    """Register, list and remove the public keys by which Oracle's clients sign requests."""


@command.command("add")
@click.argument("file", type=options.path_type, metavar="PUBLIC_KEY")
@_user
@click.option("--note", default="", help="What it is for.")
@options.json_output
@with_database
def add(database: "Database", file: Path, user: str, note: str, output: str) -> None:
    """Let PUBLIC_KEY, a PEM file with an RSA key, sign requests."""
    from sealwright import limits  # noqa: PLC0415  # not for the help
    from sealwright.homes import files  # noqa: PLC0415  # not for the help
    from sealwright.service.oracle.actions import api_keys  # noqa: PLC0415  # not for the help

    content = files.read(file, limits.ORACLE_PUBLIC_KEY_LENGTH).decode(errors="replace")
    made = api_keys.add(database, actor(), user, content, note)
    if output == "json":
        tables.print_json({"account": user, "fingerprint": made.fingerprint, "note": note})
    else:
        click.echo(f"{user}: {made.fingerprint} signs from now on")


@command.command("list")
@options.json_output
@with_tenancy
def list_keys(database: "Database", tenancy: "Tenancy", output: str) -> None:
    """List the keys, and what users are called in the settings of clients."""
    from sealwright.service.oracle.queries import api_keys  # noqa: PLC0415  # not for the help

    found = api_keys.listed(database)
    if output == "json":
        listed = [
            {
                "account": one.holder,
                "user": tenancy.user(one.holder),
                "fingerprint": one.fingerprint,
                "note": one.note,
                "created": time_text(one.created),
            }
            for one in found
        ]
        tables.print_json({"tenancy": tenancy.id, "keys": listed})
        return
    rows = [(one.holder, one.fingerprint, tenancy.user(one.holder), one.note) for one in found]
    tables.print_table(("ACCOUNT", "FINGERPRINT", "USER", "NOTE"), rows)


@command.command("remove")
@click.argument("fingerprint")
@_user
@with_database
def remove(database: "Database", fingerprint: str, user: str) -> None:
    """Let the key FINGERPRINT sign no longer."""
    from sealwright.service.oracle.actions import api_keys  # noqa: PLC0415  # not for the help

    api_keys.remove(database, actor(), user, fingerprint)
    click.echo(f"{fingerprint}: removed")
