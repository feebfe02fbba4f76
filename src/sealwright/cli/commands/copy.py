"""`seal copy`, and what `push` and `pull` share with it."""

from pathlib import Path

import click

from sealwright.cli import options
from sealwright.cli.examples import Command
from sealwright.cli.moving import MovingFlags, companions_flag, moving_flags
from sealwright.cli.progress import BlobProgress
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.cli.signing import identity_flag, opened_key, reported
from sealwright.cli.stamping import TimestampFlags, timestamp_flags
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.interfaces import Policy
from sealwright.workflow import policies
from sealwright.workflow.make import make_at
from sealwright.workflow.obeying import obey
from sealwright.workflow.sign import Wish
from sealwright.workflow.transfer import Companions, Transferred, transfer

__all__ = ["command", "copied"]


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
@moving_flags
@click.option("--sign-by", metavar="KEY", help="Sign the copy with this key: its name, or gpg:ID.")
@identity_flag
@timestamp_flags
@options.passphrase_file
@registry_flags
def command(
    source: str,
    target: str,
    referrers: Companions,
    moving: MovingFlags,
    sign_by: str | None,
    sign_identity: str,
    timestamp: TimestampFlags,
    passphrase_file: Path | None,
    registry: RegistryFlags,
) -> None:
    """Copy an image from SOURCE to TARGET with its signatures.

    Both are images in registries, or local: oci:FOLDER:TAG, oci-archive:FILE:TAG, dir:FOLDER and others. The
    policy.json of this machine is obeyed.
    """
    standing = policies.containers(Environment.current(), lenient=moving.lenient)
    copied(
        source,
        target,
        referrers,
        moving,
        sign_by,
        sign_identity,
        timestamp,
        passphrase_file,
        registry,
        standing=standing,
    )


def _along(moved: Transferred) -> str:
    told = []
    if moved.referrers:
        told.append(f"{moved.referrers} referrer(s)")
    if moved.signatures:
        told.append(f"{moved.signatures} GPG signature(s)")
    return f", with {' and '.join(told)}" if told else ""


def copied(
    source: str,
    target: str,
    referrers: Companions,
    moving: MovingFlags,
    sign_by: str | None,
    sign_identity: str,
    timestamp: TimestampFlags,
    passphrase_file: Path | None,
    registry: RegistryFlags,
    *,
    standing: Policy | None = None,
    digest_file: Path | None = None,
) -> None:
    """Copy, sign if asked, and say so. The key is opened first, so that nothing is copied in vain.

    The digest file is written last: it is there only if all else was done.

    Raises:
        RefusedError: the policy that is obeyed refuses the image.
    """
    key = None if sign_by is None else opened_key(sign_by, passphrase_file)
    wish = Wish() if key is None else Wish(timestamp=timestamp.stamping(key))
    with (
        context_for(
            registry,
            [source, target],
            events=BlobProgress(),
            both_backends=moving.require_both_backends,
        ) as context,
        context.open_image(source) as origin,
        context.open_image(target, write=True) as place,
    ):
        subject = moving.chosen(origin)
        for _ in obey(context, origin, subject, standing=standing, require_index=moving.require_index):
            pass
        moved = transfer(context, origin, place, subject.descriptor, referrers)
        click.echo(f"copied {target}@{moved.descriptor.digest}{_along(moved)}")
        if key is not None:
            for signed in make_at(context, place, moved.descriptor, key, sign_identity, wish):
                click.echo(reported(signed))
    if digest_file is not None:
        files.write(digest_file, f"{moved.descriptor.digest}\n".encode())
