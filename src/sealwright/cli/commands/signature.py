"""`seal signature`: GPG signatures as things of their own."""

from pathlib import Path

import click

from sealwright.cli import exit_codes, options, tables
from sealwright.cli.examples import Group
from sealwright.cli.plain import plain
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.cli.written_store import StoreFlags, store_flags
from sealwright.workflow import importing
from sealwright.workflow.importing import Imported

__all__ = ["command"]


@click.group(
    "signature",
    cls=Group,
    examples=(
        "seal signature import /var/lib/atomic/sigstore",
        "seal signature import --to registry.example/net-monitor images.json",
        "seal signature import --signature-store ./store release-signatures.yaml",
    ),
)
def command() -> None:
    """Handle GPG signatures apart from images."""


@command.command("import")
@click.argument("source", type=options.path_type)
@click.option("--to", default="", metavar="REPOSITORY", help="Where all of them belong.")
@store_flags
@options.json_output
@registry_flags
def import_signatures(source: Path, to: str, store: StoreFlags, output: str, registry: RegistryFlags) -> int:
    """Bring the signatures in SOURCE to where those of their images are kept now.

    SOURCE is a signature store of any layout, that of OpenShift's releases too, or a file of Image objects or
    ConfigMaps, as oc get image -o json prints them. Each signature is kept for the repository that it names.
    """
    done: list[Imported] = []
    with context_for(registry, [to] if to else []) as context:
        for one in importing.bring(context, importing.sources(source), to, store.beside()):
            done.append(one)
            if output == "text":
                click.echo(plain(_line(one)))
    if output == "json":
        tables.print_json(done)
    elif not done:
        click.echo(f"no signatures in {plain(str(source))}")
    return exit_codes.REFUSED if any(one.failure is not None for one in done) else exit_codes.ACCEPTED


def _line(one: Imported) -> str:
    if one.failure is not None:
        return f"✗ {one.source}: {one.failure.message} [{one.failure.code}]"
    return f"✓ {one.source}: {one.repository}, signature {one.location}"
