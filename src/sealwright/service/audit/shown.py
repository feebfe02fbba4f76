"""Rows of the audit log as they are shown, and times as they are asked for."""

import contextlib
import re
from datetime import UTC, datetime

import msgspec

from sealwright.errors import UsageError
from sealwright.service.audit.queries import Entry

__all__ = ["entry", "moment"]

_MOMENT = re.compile(r"[0-9-]{10}T[0-9:]{8}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")


def entry(row: Entry) -> dict[str, object]:
    """A row as it is shown: the time as text, and nothing that is empty."""
    told = {name: getattr(row, name) for name in row.__struct_fields__ if getattr(row, name) != ""}
    return told | {"at": _text(row.at), "detail": msgspec.Raw(row.detail.encode())}


def moment(name: str, text: str) -> int:
    """A time in microseconds since 1970.

    Args:
        name: of the parameter, for the message.
        text: as RFC 3339 has it (section 5.6), such as `2026-01-31T12:00:00Z`.

    Raises:
        UsageError: `service.parameter-invalid`.
    """
    whole = text.upper().replace(" ", "+")  # a plus that was not escaped in the query
    if _MOMENT.fullmatch(whole) is not None:
        with contextlib.suppress(ValueError, OverflowError):
            return max(round(datetime.fromisoformat(whole).timestamp() * 1_000_000), 0)
    raise UsageError("service.parameter-invalid", name=name, text=ascii(text[:100]))


def _text(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat(timespec="microseconds")
