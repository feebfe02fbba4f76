"""`seal admin tag-namespace`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.admin.opening import actor, with_database
from sealwright.cli.examples import Group

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["command"]

_namespace = click.argument("namespace")
_key = click.argument("key")
_description = click.option("--description", default="", help="What it is for.")


@click.group(
    "tag-namespace",
    cls=Group,
    examples=(
        "seal admin tag-namespace add Operations",
        "seal admin tag-namespace add-key Operations Stage --value test --value production",
        "seal admin tag-namespace list",
    ),
)
def command() -> None:
    """Define the tags of Oracle's APIs: namespaces, and the keys in each."""


@command.command("add")
@_namespace
@_description
@with_database
def add(database: "Database", namespace: str, description: str) -> None:
    """Make the namespace NAMESPACE."""
    from sealwright.service.oracle.actions import tag_definitions  # noqa: PLC0415  # not for the help

    tag_definitions.add_namespace(database, actor(), namespace, description)
    click.echo(f"{namespace}: made")


@command.command("add-key")
@_namespace
@_key
@_description
@click.option("--value", "values", multiple=True, help="One that it may have, as often as wanted; else any.")
@with_database
def add_key(
    database: "Database", namespace: str, key: str, description: str, values: tuple[str, ...]
) -> None:
    """Make the key KEY in NAMESPACE."""
    from sealwright.service.oracle.actions import tag_definitions  # noqa: PLC0415  # not for the help

    tag_definitions.add_key(database, actor(), namespace, key, description, values)
    click.echo(f"{namespace}.{key}: made")


@command.command("list")
@options.json_output
@with_database
def list_namespaces(database: "Database", output: str) -> None:
    """List the namespaces and their keys."""
    from sealwright.service.oracle.queries import tag_definitions  # noqa: PLC0415  # not for the help

    found = tag_definitions.listed(database)
    if output == "json":
        listed = [
            {"name": one.name, "description": one.description, "keys": list(one.keys.values())}
            for one in found
        ]
        tables.print_json({"namespaces": listed})
        return
    rows = [
        (f"{one.name}.{key.name}", ", ".join(key.choices) or "any", key.description)
        for one in found
        for key in one.keys.values()
    ]
    rows += [(one.name, "", one.description) for one in found if not one.keys]
    tables.print_table(("TAG", "VALUES", "DESCRIPTION"), sorted(rows))


@command.command("remove")
@_namespace
@with_database
def remove(database: "Database", namespace: str) -> None:
    """Forget NAMESPACE with its keys. What was tagged keeps its tags."""
    from sealwright.service.oracle.actions import tag_definitions  # noqa: PLC0415  # not for the help

    tag_definitions.remove_namespace(database, actor(), namespace)
    click.echo(f"{namespace}: removed")


@command.command("remove-key")
@_namespace
@_key
@with_database
def remove_key(database: "Database", namespace: str, key: str) -> None:
    """Forget the key KEY of NAMESPACE."""
    from sealwright.service.oracle.actions import tag_definitions  # noqa: PLC0415  # not for the help

    tag_definitions.remove_key(database, actor(), namespace, key)
    click.echo(f"{namespace}.{key}: removed")
