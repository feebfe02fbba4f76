"""`seal pki revoke`."""

from datetime import datetime
from pathlib import Path

import click

from sealwright.cli import here
from sealwright.cli.examples import Command
from sealwright.cli.pki.place import folder_option, moment, stamp
from sealwright.pki.authority.revocations import REASONS, UNSPECIFIED
from sealwright.workflow.authority.revoking import Why, revoke

__all__ = ["command"]


@click.command(
    "revoke",
    cls=Command,
    examples=(
        "seal pki revoke build --reason keyCompromise --invalid-since 2026-11-01",
        "seal pki revoke 3f:8a:01 --reason certificateHold",
    ),
)
@click.argument("what", metavar="NAME|SERIAL|FILE")
@click.option(
    "--reason",
    type=click.Choice(list(REASONS), case_sensitive=False),
    default=UNSPECIFIED,
    show_default=True,
    help="Why. certificateHold can be taken back with: seal pki release.",
)
@click.option(
    "--at", "since", callback=moment, metavar="TIME", help="From when on; from now on if not given."
)
@click.option(
    "--invalid-since",
    callback=moment,
    metavar="TIME",
    help="Since when the key is feared to be in wrong hands.",
)
@folder_option
def command(
    what: str, reason: str, since: datetime | None, invalid_since: datetime | None, folder: Path | None
) -> None:
    """Revoke a certificate, by its name, its serial or its file.

    No key is needed: the revocation is written into the ledger. Responders tell of it at once, revocation
    lists once they are made anew.
    """
    place = folder or here.pki_folder()
    row = revoke(place, what, Why(reason, since, invalid_since), here.now())
    assert row.revocation is not None  # noqa: S101  # it was just revoked
    click.echo(
        f"{row.issued.serial}: {row.issued.subject}, revoked since {stamp(row.revocation.at)}, {reason}"
    )
