"""`seal ls`."""

import sys
from collections.abc import Iterable, Iterator

import click

from sealwright import reasons
from sealwright.cli import exit_codes, inspect_text, options, outcome_text, outcomes
from sealwright.cli.examples import Command
from sealwright.cli.inspect_text import Node
from sealwright.cli.many import ManyFlags, Run, many_flags
from sealwright.cli.plain import plain
from sealwright.cli.reaching import RegistryFlags, registry_flags
from sealwright.cli.stopping import StoppedError
from sealwright.workflow.context import Context
from sealwright.workflow.listing import Found, Listings
from sealwright.workflow.look import Listing

__all__ = ["command"]

_WORDS = ("listed", "unknown")


@click.command(
    "ls",
    cls=Command,
    examples=(
        "seal ls registry.example/net-monitor:v1",
        "seal ls --output json oci:./net-monitor:v1",
        "seal ls --recursive registry.example/multi-platform:v1",
        "seal ls --all-tags --output jsonl registry.example/net-monitor",
    ),
)
@click.argument("images", nargs=-1, metavar="IMAGE...")
@click.option("--recursive", is_flag=True, help="List those of every manifest in an index too.")
@many_flags
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    show_default=True,
    help="How the answer is written.",
)
@registry_flags
def command(
    images: tuple[str, ...], many: ManyFlags, output: str, registry: RegistryFlags, *, recursive: bool
) -> int:
    """List the signatures of images. Nothing is downloaded and nothing is verified.

    "-" reads names from standard input, one on each line.
    """
    run = Run[Found](
        images,
        many,
        registry,
        code=lambda found: 0 if found.failure is None else exit_codes.of_failure(found.failure),
        word=lambda found: _WORDS[found.failure is not None],
        words=_WORDS,
    )

    def job(context: Context) -> Listings:
        return Listings(context, run.patience, recursive=recursive)

    try:
        with run.results(job) as found:
            if output == "json":
                outcomes.write_json(map(_value, found), sys.stdout)
            elif output == "jsonl":
                outcomes.write_lines(map(Found.to_json, found), sys.stdout)
            else:
                _show(found, run)
    except StoppedError:
        click.echo("interrupted" if run.single else f"interrupted after {run.done} image(s)", err=True)
    return run.code


def _show(found: Iterable[Found], run: Run[Found]) -> None:
    for one in found:
        if one.failure is None:
            run.bar.above(lambda shown=one: _print(shown))  # type: ignore[misc]  # a default
        elif run.single:
            outcome_text.complain(one.failure)
        else:
            message = plain(f"✗ {one.image}: {one.failure.message}")
            run.bar.above(lambda shown=message: click.echo(shown))  # type: ignore[misc]  # a default


def _print(found: Found) -> None:
    for listing in found.listings:
        for line in _lines(listing):
            click.echo(line)


def _lines(listing: Listing) -> Iterator[str]:
    subject = listing.subject
    platform = f" ({subject.platform})" if subject.platform else ""
    yield f"{options.shown_name(subject)}@{subject.descriptor.digest}{plain(platform)}"
    nodes: list[Node] = [
        *((f"{one.format} {one.location}", ()) for one in listing.signatures),
        *((f"{one.location}: {reasons.sentence(one.reason, one.data)}", ()) for one in listing.unreadable),
    ]
    yield from inspect_text.draw(nodes)
    if not nodes:
        yield "no signatures"


def _value(found: Found) -> object:
    """A listing as it is; what could not be found out as an object with `error`."""
    failure = found.failure
    if failure is None:
        return found.described()
    return {"image": found.image, "error": {"code": failure.code, "message": failure.message}}
