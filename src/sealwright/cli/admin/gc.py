"""`seal admin gc`."""

from typing import TYPE_CHECKING

import click
import msgspec

from sealwright.cli import options, tables
from sealwright.cli.admin.opening import with_content
from sealwright.cli.examples import Command

if TYPE_CHECKING:
    from sealwright.service.registry.content import Content

__all__ = ["command"]

_HOUR = 60 * 60
_DAY = 24 * _HOUR


@click.command(
    "gc",
    cls=Command,
    examples=("seal admin gc --dry-run", "seal admin gc --untagged-days 30"),
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option(
    "--grace-hours",
    type=click.FloatRange(0),
    help="How long a thing must have been of no use to anybody; 24 if not given.",
)
@click.option(
    "--untagged-days",
    type=click.FloatRange(0),
    help="Let manifests go, too, that had no tag for so long; they stay if not given.",
)
@options.json_output
@with_content
def command(
    content: "Content",
    output: str,
    *,
    dry_run: bool,
    grace_hours: float | None,
    untagged_days: float | None,
) -> None:
    """Remove what nobody uses any more: referrers without their image, blobs without a manifest.

    Signatures stay as long as their image does. A server may be running.
    """
    from sealwright import limits  # noqa: PLC0415  # not for the help
    from sealwright.service.registry.actions.collecting import Terms, collect  # noqa: PLC0415  # the same

    terms = Terms(
        limits.COLLECTION_GRACE_SECONDS if grace_hours is None else grace_hours * _HOUR,
        None if untagged_days is None else untagged_days * _DAY,
        dry_run,
    )
    lines: list[str] = []
    found = collect(content, terms, lines.append if output == "json" else click.echo)
    if output == "json":
        tables.print_json({"dry_run": dry_run, "lines": lines, **msgspec.to_builtins(found)})
        return
    click.echo(
        f"{'would remove' if dry_run else 'removed'}: {found.referrers} referrers, {found.tags} tags, "
        f"{found.untagged} manifests without a tag, {found.unreferenced} blobs from repositories; "
        f"{found.contents + found.orphans} contents, {found.content_bytes} bytes"
    )
