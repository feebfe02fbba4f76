"""`seal admin`: the service administered, each noun in a module of its own."""

import click

from sealwright.cli.lazy import LazyGroup

__all__ = ["NOUNS", "command"]

NOUNS = {
    "user": "Make, list, change and remove users.",
    "group": "Make, list and remove groups, and say who is in them.",
    "robot": "Make, list and remove robots, which log in with tokens.",
    "token": "Issue, list and revoke tokens.",
    "api-key": "Register, list and remove the public keys by which Oracle's clients sign requests.",
    "grant": "Give rights.",
    "revoke": "Take rights.",
    "grants": "List who holds which rights.",
    "compartment": "Make, list and rename the compartments of Oracle's APIs.",
    "tag-namespace": "Define the tags of Oracle's APIs: namespaces, and the keys in each.",
    "audit": "Show who did what.",
    "gc": "Remove what nobody uses any more.",
    "check": "Look whether everything is there, and is what it was.",
    "backup": "Copy everything into a folder.",
    "restore": "Put a backup into an empty storage.",
    "migrate": "Bring the database up to date.",
}
"""Noun to its one line of help. Each is a module of `sealwright.cli.admin` with a `command`."""


@click.group(
    "admin",
    cls=LazyGroup,
    entries=NOUNS,
    package="sealwright.cli.admin",
    examples=(
        "seal admin user add alice",
        "seal admin grant alice push 'team/*'",
        "seal admin token issue ci --days 30",
        "seal admin gc --dry-run",
    ),
)
def command() -> None:
    """Administer the service, on the machine where it runs.

    The commands work on its database, whether it runs or not; a running server notices within seconds.
    """
