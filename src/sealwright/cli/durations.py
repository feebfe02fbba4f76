"""Durations as people type them: `90s`, `45m`, `12h`, `30d`, and sums such as `1h30m`."""

import re
from datetime import timedelta

import click

__all__ = ["DURATION"]

_PART = re.compile(r"(\d{1,9})([smhd])")
_WHOLE = re.compile(r"(?:\d{1,9}[smhd])+")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_MOST = timedelta(days=36_500)


class _Duration(click.ParamType[timedelta]):
    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        text = str(value)
        parts = _PART.findall(text) if _WHOLE.fullmatch(text) else []
        total = sum(int(number) * _SECONDS[unit] for number, unit in parts)
        if not 0 < total <= _MOST.total_seconds():
            self.fail(f"{text!r} is not a duration: write 90s, 45m, 12h, 30d or 1h30m", param, ctx)
        return timedelta(seconds=total)


DURATION = _Duration()
"""The type of flags that take a duration of at least a second and at most a hundred years."""
