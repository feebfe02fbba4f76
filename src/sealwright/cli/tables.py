"""Rows as aligned columns, and values as JSON, on standard output."""

from collections.abc import Iterable, Iterator, Sequence

import click
import msgspec

from sealwright.cli.plain import plain, plain_json

__all__ = ["lines", "print_json", "print_table"]


def lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows under a head as lines; each column is as wide as its widest cell."""
    cells = [tuple(head), *(tuple(map(plain, row)) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "   ".join(padded).rstrip()


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a head."""
    for line in lines(head, rows):
        click.echo(line)


def print_json(value: object) -> None:
    """Print a record, or lists and mappings of records, as indented JSON."""
    from sealwright.verdict import encoded  # noqa: PLC0415  # tables alone need no records

    click.echo(plain_json(msgspec.json.format(encoded(value), indent=2).decode()))
