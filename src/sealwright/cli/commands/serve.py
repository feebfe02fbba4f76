"""`seal serve`."""

from pathlib import Path

import click

from sealwright.cli import here, options
from sealwright.cli.examples import Command
from sealwright.errors import UsageError

__all__ = ["command"]


@click.command(
    "serve",
    cls=Command,
    examples=(
        "seal serve",
        "seal serve --folder /srv/registry --port 5001",
    ),
)
@click.option(
    "--folder",
    type=options.path_type,
    help="Where everything is kept; sealwright/registry in XDG_DATA_HOME if not given.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=5000, show_default=True, help="0: any free port."
)
def command(folder: Path | None, host: str, port: int) -> None:
    """Run an OCI registry on one folder.

    While there are no accounts, whoever reaches it may do everything. On an address that others can reach it
    therefore makes the administrator admin at its first start, and prints the password once.
    """
    try:
        from sealwright.service.serving import serve  # noqa: PLC0415  # an extra, and slow to load
    except ModuleNotFoundError as error:
        raise UsageError("service.not-installed", module=error.name) from None
    serve(folder or here.registry_folder(), host, port, click.echo)
