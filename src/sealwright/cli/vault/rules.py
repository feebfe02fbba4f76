"""`seal vault key rules`: who has to approve what is done with a key."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright import limits
from sealwright.cli import options, tables
from sealwright.cli.examples import Group
from sealwright.cli.vault.approving import ApprovalFlags, approval_flags, done
from sealwright.cli.vault.naming import with_key
from sealwright.cli.vault.shown import tell_key
from sealwright.homes import files

if TYPE_CHECKING:
    from sealwright.keys.vault.uri import KeyUri
    from sealwright.service_client.vault_answers import Key
    from sealwright.service_client.vaults import VaultClient

__all__ = ["command", "read"]


@click.group(
    "rules",
    cls=Group,
    examples=(
        "seal vault key rules show release",
        "seal vault key rules change release rules.json",
    ),
)
def command() -> None:
    """Show and change who has to approve what is done with a key."""


@command.command(
    "show", examples=("seal vault key rules show release", "seal vault key rules show release --output json")
)
@with_key
@options.json_output
def show_rules(client: "VaultClient", key: "Key", wanted: "KeyUri", output: str) -> None:
    """Show whether a key has rules, and their digest; seal approval who KEY tells what they are."""
    del client, wanted
    if output == "json":
        tables.print_json({"key": key.id, "rules": key.rules})
    else:
        click.echo(f"{key.name}: {f'rules {key.rules}' if key.rules else 'nobody has to approve'}")


@command.command("change", examples=("seal vault key rules change release rules.json",))
@with_key
@click.argument("file", type=options.path_type)
@approval_flags
@options.json_output
def change(
    client: "VaultClient", key: "Key", wanted: "KeyUri", file: Path, approval: ApprovalFlags, output: str
) -> None:
    """Give a key the rules in FILE, once those have approved whom its rules name for changes."""
    import msgspec  # noqa: PLC0415  # not for the help

    del wanted
    content = read(file)

    def do(request: str) -> "Key":
        order = {"rules": msgspec.Raw(content), "approval": request}
        return client.act_on_key(key.id, "change-rules", order)

    changed = done(client, key, "change", content, do, approval, f"other rules for the key {key.name}")
    tell_key(changed, output, "its rules are changed")


def read(file: Path) -> bytes:
    """The rules in a file, as they are sent.

    Raises:
        DocumentError: they cannot be used.
        StorageError: the file cannot be read.
    """
    from sealwright.approval import rules  # noqa: PLC0415  # not for the help

    return rules.parse(files.read(file, limits.CONFIG_FILE_BYTES), str(file)).encoded()
