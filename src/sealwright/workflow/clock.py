"""The clock of the machine: the one place where the time of day is asked for."""

import datetime as dt

__all__ = ["now"]


def now() -> dt.datetime:
    """The time of the machine, in UTC."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251  # here is where time comes from
