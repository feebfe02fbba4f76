"""`seal ls`."""

import click

from sealwright import reasons
from sealwright.cli import inspect_text, options, tables
from sealwright.cli.examples import Command
from sealwright.cli.inspect_text import Node
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.workflow import look

__all__ = ["command"]


@click.command(
    "ls",
    cls=Command,
    examples=("seal ls registry.example/net-monitor:v1", "seal ls --output json oci:./net-monitor:v1"),
)
@click.argument("image")
@options.json_output
@registry_flags
def command(image: str, output: str, registry: RegistryFlags) -> None:
    """List the signatures of an image. Nothing is downloaded and nothing is verified."""
    with context_for(registry, [image]) as context:
        listing = look.list_signatures(context, image)
    if output == "json":
        signatures = [{"format": one.format, "location": one.location} for one in listing.signatures]
        tables.print_json(
            {
                "subject": options.described(listing.subject),
                "signatures": signatures,
                "unreadable": listing.unreadable,
            }
        )
        return
    subject = listing.subject
    click.echo(f"{options.shown_name(subject)}@{subject.descriptor.digest}")
    nodes: list[Node] = [
        *((f"{one.format} {one.location}", ()) for one in listing.signatures),
        *((f"{one.location}: {reasons.sentence(one.reason, one.data)}", ()) for one in listing.unreadable),
    ]
    for line in inspect_text.draw(nodes):
        click.echo(line)
    if not nodes:
        click.echo("no signatures")
