"""`seal vault version`: versions of keys, listed, shown and deleted."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.examples import Group
from sealwright.cli.vault.naming import with_key, with_version
from sealwright.cli.vault.planning import due, within
from sealwright.cli.vault.shown import show, state_of, tell_version, version_rows

if TYPE_CHECKING:
    from sealwright.keys.vault.uri import KeyUri
    from sealwright.service_client.vault_answers import Key, Version
    from sealwright.service_client.vaults import VaultClient

__all__ = ["command"]


@click.group(
    "version",
    cls=Group,
    examples=(
        "seal vault version list build",
        "seal vault version show build@2",
        "seal vault version delete build@1 --in 7d",
    ),
)
def command() -> None:
    """Look at the versions of a key, and delete old ones."""


@command.command("list", examples=("seal vault version list build",))
@with_key
@options.json_output
def list_versions(client: "VaultClient", key: "Key", wanted: "KeyUri", output: str) -> None:
    """List the versions of a key; a star marks the one that signs."""
    del wanted
    versions = list(client.versions(key.id))
    if output == "json":
        tables.print_json(versions)
        return
    head = ("  VERSION", "STATE", "CERTIFICATE", "CREATED", "ID")
    tables.print_table(head, version_rows(versions, key.current_version))


@command.command("show", examples=("seal vault version show build@2",))
@with_version
@options.json_output
def show_version(client: "VaultClient", key: "Key", version: "Version", output: str) -> None:
    """Show a version of a key, with its public key and certificates."""
    del client
    rows = (
        ("key", key.name),
        ("number", str(version.number)),
        ("id", version.id),
        ("state", state_of(version)),
        ("origin", version.origin.lower()),
        ("created", version.created_at),
    )
    show(output, version, rows)
    if output != "json":
        for text in filter(None, (version.public_key, version.certificates)):
            click.echo()
            click.echo(text, nl=False)


@command.command("delete", examples=("seal vault version delete build@1 --in 7d",))
@with_version
@within
@options.json_output
def delete(
    client: "VaultClient", key: "Key", version: "Version", wait: timedelta | None, output: str
) -> None:
    """Have a version deleted after 30 days, unless said otherwise. The current one cannot be."""
    planned = client.act_on_version(key.id, version.id, "schedule-deletion", due(wait))
    tell_version(key, planned, output, state_of(planned))


@command.command("undelete", examples=("seal vault version undelete build@1",))
@with_version
@options.json_output
def undelete(client: "VaultClient", key: "Key", version: "Version", output: str) -> None:
    """Keep a version that was to be deleted."""
    kept = client.act_on_version(key.id, version.id, "cancel-deletion")
    tell_version(key, kept, output, state_of(kept))
