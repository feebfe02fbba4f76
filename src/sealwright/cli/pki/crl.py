"""`seal pki crl`."""

from pathlib import Path

import click

from sealwright.cli import here
from sealwright.cli.examples import Command
from sealwright.cli.pki.place import place, stamp
from sealwright.workflow.authority.lists import publish

__all__ = ["command"]

DAYS = 7


@click.command(
    "crl",
    cls=Command,
    examples=("seal pki crl", "seal pki crl --days 30 --pem", "seal pki crl --delta --days 1"),
)
@click.option("--days", type=float, default=DAYS, show_default=True, help="How long each list holds.")
@click.option("--delta", is_flag=True, help="Only what changed since the last whole list.")
@click.option("--pem", is_flag=True, help="Also write each list in PEM, as NAME.crl.pem.")
@click.option(
    "--delta-url",
    metavar="URL",
    help="Say in whole lists that their delta lists are there; remembered. {ca}: the CA.",
)
@place
def command(
    days: float,
    delta_url: str | None,
    folder: Path | None,
    passphrase_file: Path | None,
    *,
    delta: bool,
    pem: bool,
) -> None:
    """Make new revocation lists of the CAs whose keys are in the folder: NAME.crl, in DER."""
    from sealwright.workflow.authority.addresses import remember_deltas  # noqa: PLC0415  # not for the help

    folder = folder or here.pki_folder()
    at = here.now()
    if delta_url is not None:
        remember_deltas(folder, delta_url, at)
    made, elsewhere = publish(folder, here.passphrases(passphrase_file), at, days, delta=delta, pem=pem)
    for one in made:
        click.echo(f"{one.file}: number {one.number}, {one.entries} entries, until {stamp(one.until)}")
    for ca in elsewhere:
        click.echo(f"{ca.stem}: not made, for {ca.key_file.name} is not here", err=True)
