"""`seal admin check`."""

from typing import TYPE_CHECKING

import click
import msgspec

from sealwright.cli import options, tables
from sealwright.cli.admin.opening import with_storage
from sealwright.cli.examples import Command

if TYPE_CHECKING:
    from sealwright.service.storage import Storage

__all__ = ["command"]


@click.command("check", cls=Command, examples=("seal admin check", "seal admin check --quick"))
@click.option("--quick", is_flag=True, help="Do not read blobs; only ask for their sizes.")
@options.json_output
@with_storage
def command(storage: "Storage", output: str, *, quick: bool) -> int:
    """Look whether everything that was stored is there, and is what it was.

    Reads every blob and compares its digest; exits with 1 if anything is wrong. A server may be running.
    """
    from sealwright.service.registry.actions.checking import check  # noqa: PLC0415  # not for the help

    found = check(storage, quick=quick)
    if output == "json":
        tables.print_json(msgspec.to_builtins(found))
    else:
        for problem in found.problems:
            click.echo(problem)
        click.echo(
            f"looked at {found.repositories} repositories, {found.manifests} manifests, {found.tags} tags, "
            f"{found.blobs} blobs of {found.blob_bytes} bytes: "
            f"{len(found.problems) or 'no'} problem{'' if len(found.problems) == 1 else 's'}"
        )
    return 1 if found.problems else 0
