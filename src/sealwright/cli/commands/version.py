"""`seal version`."""

import click

from sealwright.version import __version__

__all__ = ["command"]


@click.command("version")
def command() -> None:
    """Show the version of Sealwright."""
    click.echo(f"seal {__version__}")
