"""The flags that say where answers about the revocation of certificates come from."""

from datetime import timedelta
from pathlib import Path

import click
import msgspec

from sealwright.cli import options
from sealwright.cli.flag_group import flag_group
from sealwright.workflow.authorities import Source

__all__ = ["RevocationFlags", "revocation_flags"]


class RevocationFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `revocation_flags` adds.

    Raises:
        UsageError: of click: an age without a bundle.
    """

    revocation_bundle: Path | None = None
    revocation_max_age: timedelta | None = None

    def __post_init__(self) -> None:
        """Require that the flags go together."""
        if self.revocation_max_age is not None and self.revocation_bundle is None:
            raise click.UsageError("--revocation-max-age goes with --revocation-bundle")

    @property
    def source(self) -> Source:
        """Where answers come from."""
        return Source(self.revocation_bundle, self.revocation_max_age)


def _duration(ctx: click.Context, param: click.Parameter, value: str | None) -> timedelta | None:
    if value is None:
        return None
    from sealwright.cli.durations import DURATION  # noqa: PLC0415  # seldom given

    return DURATION.convert(value, param, ctx)


revocation_flags = flag_group(
    "revocation",
    RevocationFlags,
    click.option(
        "--revocation-bundle",
        type=options.path_type,
        metavar="FILE",
        help="Take answers about revocation from FILE alone; see seal revocation export.",
    ),
    click.option(
        "--revocation-max-age",
        callback=_duration,
        metavar="DURATION",
        help="How old these answers may be, such as 12h or 7d.",
    ),
)
"""Add the flags to a command, which gets their values together as `revocation`."""
