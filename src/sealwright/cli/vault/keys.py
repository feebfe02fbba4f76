"""`seal vault key`: keys made, brought in, listed, shown, changed and deleted."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright.cli import here, options, tables
from sealwright.cli.examples import Command, Group
from sealwright.cli.reaching import RegistryFlags, registry_flags
from sealwright.cli.vault import certifying, rules
from sealwright.cli.vault.approving import ApprovalFlags, approval_flags, done
from sealwright.cli.vault.naming import service_at, with_key, with_service
from sealwright.cli.vault.planning import due, within
from sealwright.cli.vault.shown import (
    kind_of,
    show,
    state_of,
    tell_key,
    tell_version,
    time_of,
    version_rows,
)

if TYPE_CHECKING:
    from sealwright.approval.records import Operation
    from sealwright.keys.vault.uri import KeyUri
    from sealwright.service_client.vault_answers import Key, Vault
    from sealwright.service_client.vaults import VaultClient

__all__ = ["command"]

TYPES: Mapping[str, tuple[str, int]] = {
    **{f"RSA-{bits}": ("RSA", bits) for bits in (2048, 3072, 4096)},
    **{f"EC-{bits}": ("ECDSA", bits) for bits in (256, 384, 521)},
    "ED25519": ("ED25519", 256),
    **{f"AES-{bits}": ("AES", bits) for bits in (128, 192, 256)},
}
"""Kinds of key to what the service calls them. Those of RSA and EC sign images."""

_protection = click.option(
    "--protection",
    type=click.Choice(["SOFTWARE", "HSM"], case_sensitive=False),
    help="Where the service keeps it: sealed in its database, or on its token; there, if it has one.",
)
_rules_file = click.option(
    "--rules", "rules_file", type=options.path_type, metavar="FILE", help="Who has to approve its use."
)


@click.group(
    "key",
    cls=Group,
    examples=(
        "seal vault key create production/build --type EC-256",
        "seal vault key list",
        "seal vault key request build --subject 'C=US, ST=WA, O=Acme, CN=build' > build.csr",
        "seal vault key import-certificate build build.pem",
        "seal vault key rotate build",
        "seal vault key disable build",
    ),
)
def command() -> None:
    """Make keys in a vault, and say what they may do."""


@command.command(
    "create",
    examples=(
        "seal vault key create production/build --type EC-256",
        "seal vault key create production/release --type RSA-3072 --rules rules.json",
    ),
)
@click.argument("name", metavar="[HOST/][VAULT/]KEY")
@click.option(
    "--type",
    "key_type",
    type=click.Choice(list(TYPES), case_sensitive=False),
    default="EC-256",
    show_default=True,
)
@_protection
@_rules_file
@options.json_output
@registry_flags
def create(
    name: str,
    key_type: str,
    protection: str | None,
    rules_file: Path | None,
    output: str,
    registry: RegistryFlags,
) -> None:
    """Make a key, which never leaves the service. The vault is named, unless there is only one."""
    wanted = _new(name)
    algorithm, bits = TYPES[key_type]
    order = _order(wanted.key, algorithm, bits, rules_file)
    if protection is not None:
        order["protection"] = protection.upper()
    with service_at(wanted.host, registry) as client:
        tell_key(client.create_key(_vault_for(client, wanted).id, order), output, f"made, {key_type}")


@command.command(
    "import",
    examples=(
        "seal vault key import production/build build.key",
        "seal vault key import production/build build.key --passphrase-file passphrase",
    ),
)
@click.argument("name", metavar="[HOST/][VAULT/]KEY")
@click.argument("file", type=options.path_type)
@_rules_file
@options.passphrase_file
@options.json_output
@registry_flags
def import_key(
    name: str,
    file: Path,
    rules_file: Path | None,
    passphrase_file: Path | None,
    output: str,
    registry: RegistryFlags,
) -> None:
    """Bring the private key in FILE, in PEM, into a vault.

    It is wrapped here for the vault alone, and travels in no other form. FILE stays as it is.
    """
    from sealwright.keys.vault import bringing_in  # noqa: PLC0415  # not for the help

    wanted = _new(name)
    material = bringing_in.read(file, here.passphrases(passphrase_file))
    order = _order(wanted.key, material.algorithm, material.bits, rules_file)
    with service_at(wanted.host, registry) as client:
        vault = _vault_for(client, wanted)
        key = bringing_in.bring_in(client, vault, order, material)
        tell_key(key, output, f"brought in, {kind_of(key)}")


@command.command(
    "list",
    examples=("seal vault key list", "seal vault key list --vault production --output json"),
)
@click.option("--vault", "vault_name", default="", metavar="VAULT", help="Only those in this vault.")
@with_service
@options.json_output
def list_keys(client: "VaultClient", vault_name: str, output: str) -> None:
    """List keys."""
    from sealwright.keys.vault import finding, uri  # noqa: PLC0415  # not for the help

    vaults = {one.id: one.name for one in client.vaults()}
    only = finding.find_vault(client, uri.parse_vault(vault_name)).id if vault_name else ""
    found = list(client.keys(only))
    if output == "json":
        tables.print_json(found)
        return
    rows = [
        (f"{vaults.get(one.vault, one.vault)}/{one.name}", kind_of(one), state_of(one), one.id)
        for one in found
    ]
    tables.print_table(("NAME", "TYPE", "STATE", "ID"), rows)


@command.command("show", examples=("seal vault key show build",))
@with_key
@options.json_output
def show_key(client: "VaultClient", key: "Key", wanted: "KeyUri", output: str) -> None:
    """Show a key with its versions; a star marks the one that signs."""
    del wanted
    versions = list(client.versions(key.id))
    rows = (
        ("name", key.name),
        ("id", key.id),
        ("vault", key.vault),
        ("type", kind_of(key)),
        ("state", state_of(key)),
        ("protection", key.protection),
        ("created", time_of(key.created_at)),
        ("approval", "needed" if key.rules else ""),
    )
    show(output, {"key": key, "versions": versions}, rows)
    if output != "json":
        click.echo()
        head = ("  VERSION", "STATE", "CERTIFICATE", "CREATED", "ID")
        tables.print_table(head, version_rows(versions, key.current_version))


@command.command("rename", examples=("seal vault key rename build release",))
@with_key
@click.argument("new")
@options.json_output
def rename(client: "VaultClient", key: "Key", wanted: "KeyUri", new: str, output: str) -> None:
    """Call a key NEW. Rights are given by name: those for the old name are of no use for it any more."""
    del wanted
    tell_key(client.change_key(key.id, {"name": new}), output, f"was {key.name}")


@command.command("delete", examples=("seal vault key delete build --in 7d",))
@with_key
@within
@options.json_output
def delete(client: "VaultClient", key: "Key", wanted: "KeyUri", wait: timedelta | None, output: str) -> None:
    """Have a key deleted after 30 days, unless said otherwise. Until then it signs nothing."""
    del wanted
    planned = client.act_on_key(key.id, "schedule-deletion", due(wait))
    tell_key(planned, output, state_of(planned))


@command.command(
    "rotate",
    examples=("seal vault key rotate build", "seal vault key rotate build --import build-2027.key"),
)
@with_key
@click.option(
    "--import",
    "file",
    type=options.path_type,
    metavar="FILE",
    help="Bring in the private key in FILE as the new version, in the place of making one.",
)
@options.passphrase_file
@options.json_output
def rotate(
    client: "VaultClient",
    key: "Key",
    wanted: "KeyUri",
    file: Path | None,
    passphrase_file: Path | None,
    output: str,
) -> None:
    """Give a key a new version, which signs from now on.

    The versions before it stay, and what they signed stays good. The new one needs a certificate of its own
    before it signs images: seal vault key request.
    """
    del wanted
    if file is None:
        version = client.rotate(key.id)
    else:
        from sealwright.keys.vault import bringing_in  # noqa: PLC0415  # not for the help

        version = bringing_in.rotate(client, key, bringing_in.read(file, here.passphrases(passphrase_file)))
    tell_version(key, version, output, "signs from now on")


@command.command("undelete", examples=("seal vault key undelete build",))
@with_key
@options.json_output
def undelete(client: "VaultClient", key: "Key", wanted: "KeyUri", output: str) -> None:
    """Keep a key that was to be deleted."""
    del wanted
    kept = client.act_on_key(key.id, "cancel-deletion")
    tell_key(kept, output, state_of(kept))


def _under_rules(name: str, operation: "Operation", message: bytes, text: str) -> click.Command:
    """A command that has one thing done to a key that its rules may cover, and tells how it stands then."""

    def run(
        client: "VaultClient", key: "Key", wanted: "KeyUri", approval: ApprovalFlags, output: str
    ) -> None:
        del wanted

        def do(request: str) -> "Key":
            return client.act_on_key(key.id, name, {"approval": request})

        changed = done(client, key, operation, message, do, approval, f"{name} the key {key.name}")
        tell_key(changed, output, state_of(changed))

    run.__doc__ = text
    function = with_key(approval_flags(options.json_output(run)))
    return click.command(name, cls=Command, examples=(f"seal vault key {name} build",))(function)


for _one in (
    _under_rules("enable", "unblock", b"enable", "Let a key sign again."),
    _under_rules("disable", "block", b"disable", "Let a key sign nothing until it is enabled."),
    _under_rules("block", "block", b"", "Let a key sign nothing, whatever else is allowed, until unblocked."),
    _under_rules("unblock", "unblock", b"", "Let a key sign again that was blocked."),
    rules.command,
    *certifying.COMMANDS,
):
    command.add_command(_one)


def _new(name: str) -> "KeyUri":
    """How a new key is to be called, and where it is to be."""
    from sealwright.keys.vault import uri  # noqa: PLC0415  # not for the help

    wanted = uri.parse(name)
    if wanted.version:
        raise click.UsageError("a new key has no version to name")
    return wanted


def _vault_for(client: "VaultClient", wanted: "KeyUri") -> "Vault":
    """The vault that a new key goes into."""
    from sealwright.keys.vault import finding, uri  # noqa: PLC0415  # not for the help

    if not wanted.vault:
        return finding.only_vault(client)
    return finding.find_vault(client, uri.VaultName(wanted.host, wanted.vault))


def _order(name: str, algorithm: str, bits: int, rules_file: Path | None) -> dict[str, object]:
    """What the service is told of a new key."""
    import msgspec  # noqa: PLC0415  # not for the help

    order: dict[str, object] = {"name": name, "algorithm": algorithm, "bits": bits}
    if rules_file is not None:
        order["rules"] = msgspec.Raw(rules.read(rules_file))
    return order
