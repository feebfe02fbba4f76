"""`seal pki release`."""

from pathlib import Path

import click

from sealwright.cli import here
from sealwright.cli.examples import Command
from sealwright.cli.pki.place import folder_option
from sealwright.workflow.authority.revoking import release

__all__ = ["command"]


@click.command("release", cls=Command, examples=("seal pki release build",))
@click.argument("what", metavar="NAME|SERIAL|FILE")
@folder_option
def command(what: str, folder: Path | None) -> None:
    """Let a certificate that was on hold (certificateHold) count again."""
    row = release(folder or here.pki_folder(), what, here.now())
    click.echo(f"{row.issued.serial}: {row.issued.subject}, good again")
