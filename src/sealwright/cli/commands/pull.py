"""`seal pull`."""

from pathlib import Path

import click

from sealwright.cli import here, options, verdict_text
from sealwright.cli.commands.copy import companions_flag
from sealwright.cli.examples import Command
from sealwright.cli.progress import BlobProgress
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.workflow import policies
from sealwright.workflow.transfer import Companions, transfer
from sealwright.workflow.verify import verify_subject

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
@click.option("--verify", is_flag=True, help="Pull only what the trust policy accepts, by its digest.")
@click.option("--policy-file", type=options.path_type, metavar="FILE", help="Decide by this policy.")
@registry_flags
def command(
    image: str,
    target: str,
    referrers: Companions,
    policy_file: Path | None,
    registry: RegistryFlags,
    *,
    verify: bool,
) -> None:
    """Pull IMAGE into TARGET, a layout (oci:FOLDER:TAG, oci-archive:FILE:TAG).

    With --verify the very digest that was verified is pulled, whatever becomes of the tag meanwhile.
    """
    if policy_file is not None and not verify:
        raise click.UsageError("--policy-file goes with --verify")
    policy = policies.load(here.notation_folder(), policy_file) if verify else None
    with (
        context_for(registry, [image, target], events=BlobProgress()) as context,
        context.open_image(image) as source,
    ):
        subject = source.subject()
        if policy is not None:
            verdict = verify_subject(context, source, subject, policy)
            for line in verdict_text.lines(verdict):
                click.echo(line, err=True)
            verdict.require()
        with context.open_image(target, write=True) as place:
            moved = transfer(context, source, place, subject.descriptor, referrers)
    click.echo(f"pulled {options.shown_name(subject)}@{moved.descriptor.digest} into {target}")
