"""Flags that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

__all__ = ["json_output", "passphrase_file", "path_type"]

Function = TypeVar("Function", bound=Callable[..., object])

path_type = click.Path(path_type=Path)


def passphrase_file(function: Function) -> Function:
    """`--passphrase-file FILE`."""
    return click.option(
        "--passphrase-file",
        type=path_type,
        metavar="FILE",
        help="Read the key's passphrase from the first line of FILE (else SEALWRIGHT_PASSPHRASE, else ask).",
    )(function)


def json_output(function: Function) -> Function:
    """`--output text|json`."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How the answer is written.",
    )(function)
