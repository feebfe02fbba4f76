"""The flags that say where timestamps come from."""

from typing import TYPE_CHECKING

import click
import msgspec

from sealwright.cli.flag_group import flag_group
from sealwright.homes.environment import Environment
from sealwright.homes.sealwright.settings import Timestamp
from sealwright.workflow.make import Key, stamping_for

if TYPE_CHECKING:
    from sealwright.workflow.stamping import Stamping

__all__ = ["TimestampFlags", "timestamp_flags"]


class TimestampFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `timestamp_flags` adds."""

    timestamp_url: str
    timestamp_root_cert: str
    no_timestamp: bool

    def stamping(self, key: Key) -> "Stamping | None":
        """Where signatures of a key get their timestamps: as the flags say, else as the settings do.

        Args:
            key: see `workflow.make.stamping_for`, as for what it raises.
        """
        given = Timestamp(self.timestamp_url, self.timestamp_root_cert)
        choice = None if given == Timestamp() and not self.no_timestamp else given
        return stamping_for(Environment.current(), key, choice)


timestamp_flags = flag_group(
    "timestamp",
    TimestampFlags,
    click.option(
        "--timestamp-url",
        default="",
        metavar="URL",
        help="Have each signature timestamped by this authority.",
    ),
    click.option(
        "--timestamp-root-cert",
        default="",
        metavar="FILE",
        help="The root certificate that vouches for the authority.",
    ),
    click.option("--no-timestamp", is_flag=True, help="No timestamp, whatever the settings say."),
)
"""Add the flags to a command, which gets their values together as `timestamp`."""
