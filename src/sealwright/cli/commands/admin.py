"""`seal admin`: the service administered, each noun in a module of its own."""

import click

from sealwright.cli.lazy import LazyGroup

__all__ = ["NOUNS", "command"]

NOUNS = {
    "user": "Make, list, change and remove users.",
    "group": "Make, list and remove groups, and say who is in them.",
    "robot": "Make, list and remove robots, which log in with tokens.",
    "token": "Issue, list and revoke tokens.",
    "grant": "Give rights.",
    "revoke": "Take rights.",
    "grants": "List who holds which rights.",
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
    ),
)
def command() -> None:
    """Administer the service, on the machine where it runs.

    The commands work on its database, whether it runs or not; a running server notices within seconds.
    """
