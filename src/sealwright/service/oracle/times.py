"""Times as Oracle's APIs show them: RFC 3339 in UTC, to the millisecond."""

import datetime as dt

__all__ = ["moment", "shown"]

_MICROSECONDS = 1_000_000


def moment(at: int) -> str:
    """A time, from microseconds since 1970."""
    whole, rest = divmod(at, _MICROSECONDS)
    return f"{dt.datetime.fromtimestamp(whole, dt.UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:03}Z"


def shown(at: int) -> str | None:
    """A time, from microseconds since 1970; None for 0, which stands for never."""
    return moment(at) if at else None
