"""`seal dialect`: links by which `seal` takes the place of other programs."""

import sys
from pathlib import Path

import click

from sealwright.cli import options, tables
from sealwright.cli.examples import Group
from sealwright.cli.messages import tell
from sealwright.dialect_names import DIALECTS, PARTIAL
from sealwright.homes.environment import Environment
from sealwright.workflow import links

__all__ = ["command"]

_folder = click.option(
    "--folder",
    type=options.path_type,
    metavar="DIR",
    help="Where the link is; beside seal, else ~/.local/bin, if not given.",
)


@click.group(
    "dialect",
    cls=Group,
    examples=(
        "seal dialect list",
        "seal dialect install notation",
        "seal dialect remove notation",
    ),
)
def command() -> None:
    """Take the place of other programs: notation, oc, atomic."""


@command.command("list")
@options.json_output
def list_links(output: str) -> None:
    """List the dialects, and what stands on PATH under their names."""
    on_path = list(links.found(Environment.current()))
    if output == "json":
        tables.print_json({"dialects": list(DIALECTS), "onPath": on_path})
        return
    rows = [(one.name, one.file, "seal" if one.is_ours else "another program") for one in on_path]
    missing = [name for name in DIALECTS if name not in {one.name for one in on_path}]
    absent = [(name, "not on PATH", "") for name in missing if name not in PARTIAL]
    partial = [(name, f"called as seal {name}", "part of it") for name in missing if name in PARTIAL]
    tables.print_table(("DIALECT", "FILE", "IS"), [*rows, *absent, *partial])


@command.command("install")
@click.argument("name")
@_folder
@click.option("--force", is_flag=True, help="Replace another program's file.")
def install(name: str, folder: Path | None, *, force: bool) -> None:
    """Link NAME to seal, so that scripts that call NAME call seal."""
    environment = Environment.current()
    program = links.our_program(sys.argv[0])
    place = folder or links.default_folder(program, environment)
    link = links.install(name, place, program, environment, tell, force=force)
    click.echo(f"{link}: a link to {program}")


@command.command("remove")
@click.argument("name")
@_folder
def remove(name: str, folder: Path | None) -> None:
    """Remove the link NAME. Another program's file stays."""
    environment = Environment.current()
    place = folder or links.default_folder(links.our_program(sys.argv[0]), environment)
    click.echo(f"{links.remove(name, place)}: removed")
