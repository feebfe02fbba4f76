"""`seal ls`."""

from contextlib import ExitStack

import click

from sealwright.cli import exit_codes, listing_text
from sealwright.cli.examples import Command
from sealwright.cli.listing_text import ListingText
from sealwright.cli.many import ManyFlags, Run, many_flags
from sealwright.cli.output import OutputFlags, deliver, output_flags
from sealwright.cli.reaching import RegistryFlags, registry_flags
from sealwright.workflow.context import Context
from sealwright.workflow.listing import Found, Listings

__all__ = ["command"]


@click.command(
    "ls",
    cls=Command,
    examples=(
        "seal ls registry.example/net-monitor:v1",
        "seal ls --output json oci:./net-monitor:v1",
        "seal ls --recursive registry.example/multi-platform:v1",
        "seal ls --all-tags --output jsonl registry.example/net-monitor",
        "seal ls --resume listing.journal --output jsonl - < images.txt",
    ),
)
@click.argument("images", nargs=-1, metavar="IMAGE...")
@click.option("--recursive", is_flag=True, help="List those of every manifest in an index too.")
@many_flags
@output_flags("json", "jsonl")
@registry_flags
def command(
    images: tuple[str, ...], many: ManyFlags, output: OutputFlags, registry: RegistryFlags, *, recursive: bool
) -> int:
    """List the signatures of images. Nothing is downloaded and nothing is verified.

    "-" reads names from standard input, one on each line.
    """
    run = Run[Found](
        images,
        many,
        registry,
        code=lambda found: 0 if found.failure is None else exit_codes.of_failure(found.failure),
        word=listing_text.word,
        words=listing_text.WORDS,
    )
    with ExitStack() as held:
        journal = None
        if many.resume is not None:
            from sealwright.cli import resuming  # noqa: PLC0415  # most runs are not gone on with

            journal = held.enter_context(resuming.listing(many.resume, recursive=recursive))

        def job(context: Context) -> Listings:
            return Listings(context, run.patience, recursive=recursive)

        text = ListingText(run.bar, single=run.single)
        with run.results(job, journal) as found:
            deliver(found, text, output)
    return run.code
