"""Times as Oracle's APIs show them."""

import datetime as dt

__all__ = ["shown"]

_MICROSECONDS = 1_000_000


def shown(at: int) -> str | None:
    """A time as RFC 3339 has it, in UTC, to the millisecond; None for never.

    Args:
        at: in microseconds since 1970; 0 for never.
    """
    if not at:
        return None
    whole, rest = divmod(at, _MICROSECONDS)
    return f"{dt.datetime.fromtimestamp(whole, dt.UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:03}Z"
