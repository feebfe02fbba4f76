"""`seal copy`, and what `push` and `pull` share with it."""

from pathlib import Path

import click

from sealwright.cli import options
from sealwright.cli.commands.sign import key_signer, reported
from sealwright.cli.examples import Command
from sealwright.cli.progress import BlobProgress
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.homes import files
from sealwright.workflow import sign
from sealwright.workflow.transfer import Companions, transfer

__all__ = ["command", "companions_flag", "copied"]

companions_flag = click.option(
    "--referrers",
    type=click.Choice(["signatures", "all", "none"]),
    default="signatures",
    show_default=True,
    help="What goes along of all that refers to the image.",
)


@click.command(
    "copy",
    cls=Command,
    examples=(
        "seal copy staging.example/net-monitor:v1 registry.example/net-monitor:v1",
        "seal copy --referrers all registry.example/net-monitor:v1 oci:./net-monitor:v1",
        "seal copy --sign-by build oci:./net-monitor:v1 registry.example/net-monitor:v1",
    ),
)
@click.argument("source")
@click.argument("target")
@companions_flag
@click.option("--sign-by", metavar="KEY", help="Sign the copy with this key.")
@options.passphrase_file
@registry_flags
def command(
    source: str,
    target: str,
    referrers: Companions,
    sign_by: str | None,
    passphrase_file: Path | None,
    registry: RegistryFlags,
) -> None:
    """Copy an image from SOURCE to TARGET with its signatures.

    Both are images in registries, or layouts: oci:FOLDER:TAG, oci-archive:FILE:TAG.
    """
    copied(source, target, referrers, sign_by, passphrase_file, registry)


def copied(
    source: str,
    target: str,
    referrers: Companions,
    sign_by: str | None,
    passphrase_file: Path | None,
    registry: RegistryFlags,
    *,
    digest_file: Path | None = None,
) -> None:
    """Copy, sign if asked, and say so. The key is opened first, so that nothing is copied in vain.

    The digest file is written last: it is there only if all else was done.
    """
    signer = None if sign_by is None else key_signer(sign_by, passphrase_file)
    with (
        context_for(registry, [source, target], events=BlobProgress()) as context,
        context.open_image(source) as origin,
        context.open_image(target, write=True) as place,
    ):
        moved = transfer(context, origin, place, origin.subject().descriptor, referrers)
        along = f", with {moved.referrers} referrer(s)" if moved.referrers else ""
        click.echo(f"copied {target}@{moved.descriptor.digest}{along}")
        if signer is not None:
            click.echo(reported(sign.sign_subject(context, place, moved.descriptor, signer, sign.Wish())))
    if digest_file is not None:
        files.write(digest_file, f"{moved.descriptor.digest}\n".encode())
