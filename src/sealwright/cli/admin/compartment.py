"""`seal admin compartment`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.admin.opening import actor
from sealwright.cli.admin.tenancies import with_tenancy
from sealwright.cli.examples import Group

if TYPE_CHECKING:
    from sealwright.service.oracle.tenancy import Tenancy
    from sealwright.service.storage import Database

__all__ = ["command"]


@click.group(
    "compartment",
    cls=Group,
    examples=(
        "seal admin compartment add teams",
        "seal admin compartment add web --parent teams",
        "seal admin compartment list",
    ),
)
def command() -> None:
    """Make, list and rename the compartments of Oracle's APIs."""


@command.command("add")
@click.argument("name")
@click.option("--parent", default="", help="The one that it is in, by OCID or as NAME/NAME; else the root.")
@click.option("--description", default="", help="What it is for.")
@with_tenancy
def add(database: "Database", tenancy: "Tenancy", name: str, parent: str, description: str) -> None:
    """Make the compartment NAME, and print its OCID."""
    from sealwright.service.oracle.actions import compartments  # noqa: PLC0415  # not for the help

    above = compartments.named(database, parent) if parent else ""
    click.echo(compartments.add(database, tenancy, actor(), name, above, description).id)


@command.command("list")
@options.json_output
@with_tenancy
def list_compartments(database: "Database", tenancy: "Tenancy", output: str) -> None:
    """List the compartments; the root, which is the tenancy, comes first."""
    from sealwright.service.oracle.queries import compartments  # noqa: PLC0415  # not for the help

    found = compartments.listed(database)
    paths = {"": ""}
    left = list(found)
    while left:
        known = [one for one in left if one.parent in paths]
        paths |= {one.id: f"{paths[one.parent]}/{one.name}" for one in known}
        left = [one for one in left if one.id not in paths]
    rows = [("/", tenancy.id, "the tenancy")]
    rows += sorted((paths[one.id], one.id, one.description) for one in found)
    if output == "json":
        listed = [{"path": path, "id": identifier, "description": text} for path, identifier, text in rows]
        tables.print_json({"compartments": listed})
        return
    tables.print_table(("PATH", "ID", "DESCRIPTION"), rows)


@command.command("rename")
@click.argument("compartment")
@click.argument("name")
@with_tenancy
def rename(database: "Database", _tenancy: "Tenancy", compartment: str, name: str) -> None:
    """Call COMPARTMENT, an OCID or NAME/NAME, otherwise."""
    from sealwright.service.oracle.actions import compartments  # noqa: PLC0415  # not for the help

    compartments.rename(database, actor(), compartments.named(database, compartment), name)
    click.echo(f"{compartment}: called {name} from now on")
