"""The flags that say where a PKI is and what opens its keys, and the times that people type."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import click

from sealwright.cli import options

__all__ = ["folder_option", "moment", "place", "stamp"]

Function = TypeVar("Function", bound=Callable[..., object])


def folder_option(function: Function) -> Function:
    """`--folder DIR`."""
    return click.option(
        "--folder",
        type=options.path_type,
        help="Where the PKI is kept; sealwright/pki in XDG_CONFIG_HOME if not given.",
    )(function)


def place(function: Function) -> Function:
    """`--folder DIR` and `--passphrase-file FILE`."""
    return options.passphrase_file(folder_option(function))


def moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """A time as RFC 3339 has it, or a day; in UTC where it says nothing else."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no time such as 2026-11-20T12:00:00Z", ctx, param) from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def stamp(at: datetime) -> str:
    """A time as output shows it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
