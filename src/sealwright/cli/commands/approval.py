"""`seal approval`: signatures that people have to approve first."""

import click

from sealwright.cli.approval import deciding, listing, people, proving
from sealwright.cli.approval.ruling import command as rules
from sealwright.cli.examples import Group

__all__ = ["command"]


@click.group(
    "approval",
    cls=Group,
    examples=(
        "seal approval list",
        "seal approval show 4f1c2a9be07d3358…",
        "seal approval approve 4f1c2a9be07d3358…",
        "seal approval who release",
        "seal approval enrol ada",
        "seal approval verify --rules rules.json registry.example/net-monitor:v1",
    ),
)
def command() -> None:
    """Approve the use of keys, each with a key of one's own.

    Keys of a vault can have rules: who has to approve their use, their change, and that they are blocked and
    unblocked. The service is that of the settings (SEALWRIGHT_VAULT, or service under [vault]), or --service.
    """


for _one in (*listing.COMMANDS, *deciding.COMMANDS, *people.COMMANDS, *proving.COMMANDS, rules):
    command.add_command(_one)
