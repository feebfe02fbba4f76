"""`seal admin restore`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright.cli import options
from sealwright.cli.admin.opening import with_settings
from sealwright.cli.examples import Command

if TYPE_CHECKING:
    from sealwright.service.configuration import Configuration

__all__ = ["command"]


@click.command(
    "restore",
    cls=Command,
    examples=("seal admin restore /srv/backup --config /etc/sealwright/serve.toml",),
)
@click.argument("source", type=options.path_type)
@click.option("--verbose", is_flag=True, help="Name each table and blob.")
@with_settings
def command(settings: "Configuration", source: Path, *, verbose: bool) -> None:
    """Put a backup into a storage that holds nothing yet, of whatever kind. No server may be running."""
    from sealwright.service.storage import Storage, backup  # noqa: PLC0415  # not for the help

    storage = Storage.open(settings.storage)
    try:
        made = backup.restore(storage, source, click.echo if verbose else lambda _line: None)
    finally:
        storage.close()
    click.echo(f"restored {sum(made.rows.values())} rows and {made.blobs} blobs from {source}")
