"""`seal pull`."""

from pathlib import Path

import click

from sealwright.cli import options, verdict_text
from sealwright.cli.examples import Command
from sealwright.cli.moving import MovingFlags, companions_flag, moving_flags
from sealwright.cli.progress import BlobProgress
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.homes.environment import Environment
from sealwright.workflow import policies
from sealwright.workflow.obeying import obey
from sealwright.workflow.transfer import Companions, transfer

__all__ = ["command"]


@click.command(
    "pull",
    cls=Command,
    examples=(
        "seal pull registry.example/net-monitor:v1 oci:./net-monitor:v1",
        "seal pull --verify registry.example/net-monitor:v1 oci-archive:net-monitor.tar:v1",
    ),
)
@click.argument("image")
@click.argument("target")
@companions_flag
@moving_flags
@click.option("--verify", is_flag=True, help="Pull only what the trust policy accepts, by its digest.")
@click.option("--policy-file", type=options.path_type, metavar="FILE", help="Decide by this policy.")
@options.policy_language
@registry_flags
def command(
    image: str,
    target: str,
    referrers: Companions,
    policy_file: Path | None,
    language: str,
    moving: MovingFlags,
    registry: RegistryFlags,
    *,
    verify: bool,
) -> None:
    """Pull IMAGE into TARGET, a layout (oci:FOLDER:TAG, oci-archive:FILE:TAG).

    The policy.json of this machine is obeyed in any case. The very digest that was verified is pulled,
    whatever becomes of the tag meanwhile.
    """
    if (policy_file is not None or language) and not verify:
        raise click.UsageError("--policy and --policy-file go with --verify")
    environment = Environment.current()
    standing = policies.containers(environment, lenient=moving.lenient)
    asked = policies.load(environment, language, policy_file, lenient=moving.lenient) if verify else None
    with (
        context_for(
            registry,
            [image, target],
            events=BlobProgress(),
            both_backends=moving.require_both_backends,
        ) as context,
        context.open_image(image) as source,
    ):
        subject = moving.chosen(source)
        for verdict in obey(
            context, source, subject, standing=standing, asked=asked, require_index=moving.require_index
        ):
            if asked is not None:
                for line in verdict_text.lines(verdict):
                    click.echo(line, err=True)
        with context.open_image(target, write=True) as place:
            moved = transfer(context, source, place, subject.descriptor, referrers)
    click.echo(f"pulled {options.shown_name(subject)}@{moved.descriptor.digest} into {target}")
