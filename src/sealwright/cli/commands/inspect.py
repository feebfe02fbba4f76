"""`seal inspect`."""

import click

from sealwright.cli import inspect_text, options, tables
from sealwright.cli.examples import Command
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.workflow import look

__all__ = ["command"]


@click.command(
    "inspect",
    cls=Command,
    examples=(
        "seal inspect registry.example/net-monitor:v1",
        "seal inspect --output json registry.example/net-monitor:v1",
    ),
)
@click.argument("image")
@options.max_signatures
@options.json_output
@registry_flags
def command(image: str, max_signatures: int, output: str, registry: RegistryFlags) -> None:
    """Show what the signatures of an image say of themselves. Nothing is verified."""
    with context_for(registry, [image]) as context:
        found = look.inspect(context, image, max_signatures)
    if output == "json":
        signatures = [{"location": location, "summary": summary} for location, summary in found.signatures]
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
    for line in inspect_text.lines(found, name):
        click.echo(line)
