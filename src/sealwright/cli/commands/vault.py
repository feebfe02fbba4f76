"""`seal vault`: keys that never leave the service."""

import click

from sealwright.cli.examples import Group
from sealwright.cli.vault import keys, root, signing, vaults, versions

__all__ = ["command"]


@click.group(
    "vault",
    cls=Group,
    examples=(
        "seal vault create production",
        "seal vault key create production/build --type EC-256",
        "seal vault sign build release.tar --out release.tar.sig",
        "seal sign --key vault:build registry.example/net-monitor:v1",
    ),
)
def command() -> None:
    """Keep keys in vaults of the service, where they sign and never leave.

    Vaults and keys are named as in vault:HOST/VAULT/KEY@VERSION: without HOST, the service of the settings
    is meant (SEALWRIGHT_VAULT, or service under [vault]); without VERSION, the current one. Credentials are
    those for the registry at that host.
    """


for _one in (*vaults.COMMANDS, keys.command, versions.command, *signing.COMMANDS, root.command):
    command.add_command(_one)
