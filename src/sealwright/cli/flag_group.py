"""Flags that go together: a command gets their values as one record."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec

__all__ = ["Decorator", "flag_group"]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def flag_group(name: str, record: type[msgspec.Struct], *flags: Decorator) -> Decorator:
    """A decorator that adds flags to a command.

    Args:
        name: of the command's parameter that takes the record.
        record: its fields are the parameters of the flags.
        flags: click's options, in the order in which help shows them.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def gathered(**values: Any) -> Any:
            values[name] = record(**{field: values.pop(field) for field in record.__struct_fields__})
            return function(**values)

        decorated: Callable[..., Any] = gathered
        for flag in reversed(flags):
            decorated = flag(decorated)
        return decorated

    return decorate
