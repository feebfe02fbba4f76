"""Times as they are shown: RFC 3339, in UTC, with microseconds, so that they are the very times."""

from datetime import UTC, datetime, timedelta

__all__ = ["shown"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def shown(at: int | None) -> str | None:
    """A time given in microseconds since 1970; None for none."""
    if at is None:
        return None
    return (_EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
