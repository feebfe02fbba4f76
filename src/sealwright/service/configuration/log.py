"""`[log]`: what is written to standard error."""

from typing import Literal

import msgspec

__all__ = ["Log"]


class Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is written to standard error.

    Attributes:
        format: `json`, one object on each line, or `text`, for people.
        level: the least that is written: `debug`, `info` (every request), `warning`, `error`.
    """

    format: Literal["json", "text"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"
