"""`seal vault`: vaults made, listed, shown, and deleted."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.examples import Command
from sealwright.cli.reaching import RegistryFlags, registry_flags
from sealwright.cli.vault.naming import service_at, with_service, with_vault
from sealwright.cli.vault.planning import due, within
from sealwright.cli.vault.shown import show, state_of, tell_vault, time_of

if TYPE_CHECKING:
    from sealwright.service_client.vault_answers import Vault
    from sealwright.service_client.vaults import VaultClient

__all__ = ["COMMANDS"]

_KINDS = ("DEFAULT", "VIRTUAL_PRIVATE")


@click.command(
    "create",
    cls=Command,
    examples=("seal vault create production", "seal vault create vault.example/production --output json"),
)
@click.argument("name", metavar="[HOST/]VAULT")
@click.option("--kind", type=click.Choice(_KINDS, case_sensitive=False), default="DEFAULT", show_default=True)
@click.option("--compartment", default="", metavar="OCID", help="The compartment that it belongs to.")
@options.json_output
@registry_flags
def create(name: str, kind: str, compartment: str, output: str, registry: RegistryFlags) -> None:
    """Make a vault."""
    from sealwright.keys.vault import uri  # noqa: PLC0415  # not for the help

    wanted = uri.parse_vault(name)
    order = {"name": wanted.vault, "kind": kind}
    if compartment:
        order["compartment"] = compartment
    with service_at(wanted.host, registry) as client:
        tell_vault(client.create_vault(order), output, "made")


@click.command("list", cls=Command, examples=("seal vault list", "seal vault list --service vault.example"))
@with_service
@options.json_output
def list_vaults(client: "VaultClient", output: str) -> None:
    """List the vaults of a service."""
    found = list(client.vaults())
    if output == "json":
        tables.print_json(found)
        return
    rows = [(one.name, state_of(one), time_of(one.created_at), one.id) for one in found]
    tables.print_table(("NAME", "STATE", "CREATED", "ID"), rows)


@click.command("show", cls=Command, examples=("seal vault show production",))
@with_vault
@options.json_output
def show_vault(client: "VaultClient", vault: "Vault", output: str) -> None:
    """Show a vault."""
    del client
    rows = (
        ("name", vault.name),
        ("id", vault.id),
        ("state", state_of(vault)),
        ("kind", vault.kind),
        ("compartment", vault.compartment),
        ("created", vault.created_at),
    )
    show(output, vault, rows)


@click.command("rename", cls=Command, examples=("seal vault rename production releases",))
@with_vault
@click.argument("new")
@options.json_output
def rename(client: "VaultClient", vault: "Vault", new: str, output: str) -> None:
    """Call a vault NEW. Rights are given by name: those for the old name are of no use for it any more."""
    tell_vault(client.change_vault(vault.id, {"name": new}), output, f"was {vault.name}")


@click.command(
    "delete", cls=Command, examples=("seal vault delete production", "seal vault delete production --in 7d")
)
@with_vault
@within
@options.json_output
def delete(client: "VaultClient", vault: "Vault", wait: timedelta | None, output: str) -> None:
    """Have a vault deleted, with every key in it, after 30 days unless said otherwise.

    Until then nothing in it signs, and seal vault undelete takes it back.
    """
    planned = client.act_on_vault(vault.id, "schedule-deletion", due(wait))
    tell_vault(planned, output, state_of(planned))


@click.command("undelete", cls=Command, examples=("seal vault undelete production",))
@with_vault
@options.json_output
def undelete(client: "VaultClient", vault: "Vault", output: str) -> None:
    """Keep a vault that was to be deleted."""
    kept = client.act_on_vault(vault.id, "cancel-deletion")
    tell_vault(kept, output, state_of(kept))


COMMANDS = (create, list_vaults, show_vault, rename, delete, undelete)
