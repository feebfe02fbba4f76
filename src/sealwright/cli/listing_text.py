"""The signatures of the images of a run as text for people, each image as it comes."""

from collections.abc import Iterable, Iterator

import click

from sealwright import reasons
from sealwright.cli import inspect_text, outcome_text
from sealwright.cli.inspect_text import Node
from sealwright.cli.plain import plain
from sealwright.cli.progress import Bar
from sealwright.workflow.listing import Found, ImageListing, ListedSignature

__all__ = ["WORDS", "ListingText", "word"]

WORDS = ("listed", "unknown")


def word(found: Found) -> str:
    """How it ended: one of `WORDS`."""
    return WORDS[found.failure is not None]


class ListingText:
    """Prints listings.

    Args:
        bar: is out of the way meanwhile.
        single: there is one image; its failure is told like any error.
    """

    def __init__(self, bar: Bar, *, single: bool) -> None:
        self._bar = bar
        self._single = single

    def showing(self, results: Iterable[Found]) -> Iterator[Found]:
        """The same results, each printed as it passes."""
        for found in results:
            self._bar.above(lambda shown=found: self._show(shown))  # type: ignore[misc]  # a default
            yield found

    def _show(self, found: Found) -> None:
        if found.listing is not None:
            for part in (found.listing, *found.listing.platforms):
                for line in _lines(part):
                    click.echo(line)
        elif found.failure is not None and self._single:
            outcome_text.complain(found.failure)
        elif found.failure is not None:
            click.echo(plain(f"✗ {found.image}: {found.failure.message}"))


def _lines(listing: ImageListing) -> Iterator[str]:
    subject = listing.subject
    platform = f" ({subject.platform})" if subject.platform else ""
    yield plain(f"{subject.name}@{subject.descriptor.digest}{platform}")
    nodes: list[Node] = [
        *((f"{one.format} {one.location}{_approval(one)}", ()) for one in listing.signatures),
        *((f"{one.location}: {reasons.sentence(one.reason, one.data)}", ()) for one in listing.unreadable),
    ]
    yield from inspect_text.draw(nodes)
    if not nodes:
        yield "no signatures"


def _approval(one: ListedSignature) -> str:
    return f", approved in request {one.approval}" if one.approval else ""
