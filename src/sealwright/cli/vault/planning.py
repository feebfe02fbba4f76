"""When something is to be deleted."""

from collections.abc import Mapping
from datetime import UTC, timedelta

import click

from sealwright.cli import here
from sealwright.cli.durations import DURATION

__all__ = ["due", "within"]

within = click.option(
    "--in",
    "wait",
    type=DURATION,
    metavar="DURATION",
    help="After how long, from 7d to 30d; 30d if not given.",
)
"""`--in DURATION`; the function gets `wait`."""


def due(wait: timedelta | None) -> Mapping[str, object]:
    """What the service is told: when, or nothing."""
    if wait is None:
        return {}
    return {"at": (here.now() + wait).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
