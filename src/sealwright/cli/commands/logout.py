"""`seal logout`."""

import click

from sealwright.cli.commands.login import registry_domain
from sealwright.cli.examples import Command
from sealwright.homes import credentials
from sealwright.homes.environment import Environment

__all__ = ["command"]


@click.command("logout", cls=Command, examples=("seal logout registry.example",))
@click.argument("server", metavar="REGISTRY")
def command(server: str) -> None:
    """Log out of a registry: forget its credentials."""
    domain = registry_domain(server)
    erased = credentials.erase(Environment.current(), domain)
    told = f"; forgotten by {', '.join(erased)}" if erased else "; there were no credentials"
    click.echo(f"logged out of {domain}{told}")
