"""`seal vault key rules`: who has to approve the use of a key."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright import limits
from sealwright.cli import options
from sealwright.cli.examples import Group
from sealwright.cli.vault.naming import with_key
from sealwright.cli.vault.shown import tell_key
from sealwright.homes import files

if TYPE_CHECKING:
    from sealwright.keys.vault.uri import KeyUri
    from sealwright.service_client.vault_answers import Key
    from sealwright.service_client.vaults import VaultClient

__all__ = ["approval_flag", "command"]

approval_flag = click.option(
    "--approval", default="", metavar="ID", help="The request that was approved, where that is needed."
)
"""`--approval ID`."""


@click.group(
    "rules",
    cls=Group,
    examples=(
        "seal vault key rules show release > rules.json",
        "seal vault key rules change release rules.json --approval 4f1c2a9be07d3358",
    ),
)
def command() -> None:
    """Show and change who has to approve the use of a key."""


@command.command("show", examples=("seal vault key rules show release",))
@with_key
def show_rules(client: "VaultClient", key: "Key", wanted: "KeyUri") -> None:
    """Print the rules of a key, as JSON; null: it has none."""
    import msgspec  # noqa: PLC0415  # not for the help

    from sealwright.cli.plain import plain_json  # noqa: PLC0415  # the same

    del client, wanted
    click.echo(plain_json(msgspec.json.format(msgspec.json.encode(key.rules), indent=2).decode()))


@command.command("change", examples=("seal vault key rules change release rules.json --approval ID",))
@with_key
@click.argument("file", type=options.path_type)
@approval_flag
@options.json_output
def change(
    client: "VaultClient", key: "Key", wanted: "KeyUri", file: Path, approval: str, output: str
) -> None:
    """Give a key the rules in FILE, as its rules for changes want it."""
    import msgspec  # noqa: PLC0415  # not for the help

    del wanted
    order: dict[str, object] = {"rules": msgspec.Raw(files.read(file, limits.CONFIG_FILE_BYTES))}
    if approval:
        order["approval"] = approval
    tell_key(client.act_on_key(key.id, "change-rules", order), output, "its rules are changed")
