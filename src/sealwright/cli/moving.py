"""The flags of the commands that move images: pull, copy, push."""

import click
import msgspec

from sealwright.cli import options
from sealwright.cli.flag_group import flag_group
from sealwright.signature import Subject
from sealwright.workflow.context import Place
from sealwright.workflow.platforms import of_platform

__all__ = ["MovingFlags", "companions_flag", "moving_flags"]

companions_flag = click.option(
    "--referrers",
    type=click.Choice(["signatures", "all", "none"]),
    default="signatures",
    show_default=True,
    help="What goes along of all that refers to the image.",
)


class MovingFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `moving_flags` adds."""

    platform: str = ""
    require_index: bool = False
    require_both_backends: bool = False
    lenient: bool = False

    def chosen(self, source: Place) -> Subject:
        """The image to move: what the source's name stands for, or its manifest for one platform.

        Args:
            source: opened.

        Raises:
            NotFoundError: there is no such image.
            UsageError: `usage.no-such-platform`.
        """
        return of_platform(source, source.subject(), self.platform)


moving_flags = flag_group(
    "moving",
    MovingFlags,
    options.platform,
    options.require_index,
    options.require_both_backends,
    options.lenient,
)
"""Add the flags to a command, which gets their values together as `moving`."""
