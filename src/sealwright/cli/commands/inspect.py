"""`seal inspect`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sealwright.cli import inspect_text, options, tables
from sealwright.cli.examples import Command
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.workflow import look

if TYPE_CHECKING:
    from sealwright.workflow.recording import Recorded

__all__ = ["command"]


@click.command(
    "inspect",
    cls=Command,
    examples=(
        "seal inspect registry.example/net-monitor:v1",
        "seal inspect --output json registry.example/net-monitor:v1",
        "seal inspect --history registry.example/net-monitor:v1",
    ),
)
@click.argument("image")
@options.max_signatures
@click.option("--history", is_flag=True, help="Ask the registry, if it is ours, what was found of each.")
@options.json_output
@registry_flags
def command(image: str, max_signatures: int, output: str, registry: RegistryFlags, *, history: bool) -> None:
    """Show what the signatures of an image say of themselves. Nothing is verified."""
    recorded: Mapping[str, Recorded] | None = None
    with context_for(registry, [image]) as context:
        found = look.inspect(context, image, max_signatures)
        if history:
            from sealwright.workflow.recording import histories  # noqa: PLC0415  # only if it is asked for

            with context.open_image(image) as place:
                recorded = histories(place, found.subject.descriptor.digest)
    if output == "json":
        signatures = [
            {"location": location, "summary": summary}
            | ({} if recorded is None else {"verification": recorded.get(location)})
            | _approval(found, location)
            for location, summary in found.signatures
        ]
        tables.print_json(
            {
                "subject": options.described(found.subject),
                "signatures": signatures,
                "unreadable": found.unreadable,
                "beyond": found.beyond,
            }
        )
        return
    name = f"{options.shown_name(found.subject)}@{found.subject.descriptor.digest}"
    for line in inspect_text.lines(found, name, recorded):
        click.echo(line)


def _approval(found: look.Inspected, location: str) -> dict[str, object]:
    """What the proofs that are kept with a signature say of its approval; nothing where there are none."""
    if location not in found.approvals:
        return {}
    from sealwright.cli import approval_text  # noqa: PLC0415  # few signatures have any

    return {"approvals": approval_text.records(found.approvals[location])}
