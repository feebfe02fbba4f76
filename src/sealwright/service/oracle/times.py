"""Times as Oracle writes them: RFC 3339 in UTC, with milliseconds."""

import datetime as dt

__all__ = ["shown"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def shown(microseconds: int) -> str:
    """A time, from microseconds since 1970."""
    at = _EPOCH + dt.timedelta(microseconds=microseconds)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
