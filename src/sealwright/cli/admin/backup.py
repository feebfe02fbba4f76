"""`seal admin backup`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright.cli import options
from sealwright.cli.admin.opening import with_storage
from sealwright.cli.examples import Command

if TYPE_CHECKING:
    from sealwright.service.storage import Storage

__all__ = ["command"]


@click.command("backup", cls=Command, examples=("seal admin backup /srv/backup",))
@click.argument("target", type=options.path_type)
@click.option("--verbose", is_flag=True, help="Name each table and blob.")
@with_storage
def command(storage: "Storage", target: Path, *, verbose: bool) -> None:
    """Copy everything into the folder TARGET, from which `seal admin restore` puts it into any storage.

    A server may be running. A backup into the folder of an older one copies only the blobs that are new. It
    holds what the service knows of passwords and tokens, so nobody else may read it.
    """
    from sealwright.service.storage import backup  # noqa: PLC0415  # not for the help

    made = backup.save(storage, target, click.echo if verbose else lambda _line: None)
    click.echo(f"backed up {sum(made.rows.values())} rows and {made.blobs} blobs into {target}")
