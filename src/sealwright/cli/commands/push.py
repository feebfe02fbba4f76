"""`seal push`."""

from pathlib import Path

import click

from sealwright.cli import options
from sealwright.cli.commands.copy import copied
from sealwright.cli.examples import Command
from sealwright.cli.moving import MovingFlags, companions_flag, moving_flags
from sealwright.cli.reaching import RegistryFlags, registry_flags
from sealwright.cli.signing import identity_flag
from sealwright.cli.stamping import TimestampFlags, timestamp_flags
from sealwright.workflow.transfer import Companions

__all__ = ["command"]


@click.command(
    "push",
    cls=Command,
    examples=(
        "seal push oci:./net-monitor:v1 registry.example/net-monitor:v1",
        "seal push --sign-by build oci-archive:net-monitor.tar registry.example/net-monitor:v1",
        "seal push --digest-file digest.txt oci:./net-monitor:v1 registry.example/net-monitor:v1",
    ),
)
@click.argument("source")
@click.argument("image")
@companions_flag
@moving_flags
@click.option(
    "--sign-by", metavar="KEY", help="Sign the image with this key once it is there: its name, or gpg:ID."
)
@identity_flag
@timestamp_flags
@options.passphrase_file
@click.option(
    "--digest-file", type=options.path_type, metavar="FILE", help="Write the digest of the image into FILE."
)
@registry_flags
def command(
    source: str,
    image: str,
    referrers: Companions,
    moving: MovingFlags,
    sign_by: str | None,
    sign_identity: str,
    timestamp: TimestampFlags,
    passphrase_file: Path | None,
    digest_file: Path | None,
    registry: RegistryFlags,
) -> None:
    """Push the image in SOURCE, which is local (oci:FOLDER:TAG, docker-archive:FILE and others), as IMAGE."""
    copied(
        source,
        image,
        referrers,
        moving,
        sign_by,
        sign_identity,
        timestamp,
        passphrase_file,
        registry,
        digest_file=digest_file,
    )
