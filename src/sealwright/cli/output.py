"""How the results of a run are written, and where to: the flags, and the writing."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import click
import msgspec

from sealwright.cli import options, outcomes
from sealwright.cli.flag_group import Decorator, flag_group
from sealwright.workflow.outcome import Result

__all__ = ["OutputFlags", "Text", "deliver", "output_flags"]

Kind = TypeVar("Kind", bound=Result)


class OutputFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `output_flags` adds.

    Raises:
        UsageError: of click: a file is named, and there is nothing to write there but text.
    """

    form: str = "text"
    file: Path | None = None

    def __post_init__(self) -> None:
        """Require that the flags go together."""
        if self.file is not None and self.form == "text":
            raise click.UsageError("--output-file goes with an --output other than text")


class Text(Protocol[Kind]):
    """Results as text for people."""

    def showing(self, results: Iterable[Kind], /) -> Iterator[Kind]:
        """The same results, each printed as it passes."""
        ...


def output_flags(*forms: str) -> Decorator:
    """Add `--output` and `--output-file` to a command, which gets their values together as `output`.

    Args:
        forms: that may be asked for besides `text`.
    """
    return flag_group(
        "output",
        OutputFlags,
        click.option(
            "-o",
            "--output",
            "form",
            type=click.Choice(("text", *forms)),
            default="text",
            show_default=True,
            help="How the answers are written.",
        ),
        click.option(
            "--output-file",
            "file",
            type=options.path_type,
            metavar="FILE",
            help="Write them to FILE, and text to the terminal.",
        ),
    )


def deliver(results: Iterable[Kind], text: Text[Kind], output: OutputFlags) -> None:
    """Write results as they come.

    Args:
        results: taken one by one; if this raises, what is written is ended first.
        text: shows them on the terminal, where they are not written there in another form.
        output: the flags.

    Raises:
        StorageError: `file.unwritable`.
    """
    if output.form == "text":
        for _ in text.showing(results):
            pass
    elif output.file is None:
        outcomes.write(output.form, results, sys.stdout)
    else:
        with outcomes.written_to(output.file, at_once=output.form != "jsonl") as out:
            outcomes.write(output.form, text.showing(results), out)
