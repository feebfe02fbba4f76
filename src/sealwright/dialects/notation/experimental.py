"""Flags that notation calls experimental: they need NOTATION_EXPERIMENTAL=1, and are warned of."""

import os
from collections.abc import Callable

import msgspec

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.pflag import Flag

__all__ = ["ALLOW_REFERRERS_API", "checked", "hidden", "warn_of_deprecated"]

_VARIABLE = "NOTATION_EXPERIMENTAL"
_WARNING = (
    "Warning: This feature is experimental and may not be fully tested or completed and may be deprecated. "
    'Report any issues to "https://github/notaryproject/notation"'
)

ALLOW_REFERRERS_API = Flag(
    "allow-referrers-api",
    "bool",
    "[Experimental] ask the registry for referrers before the tag schema is tried",
    hidden=True,
)
"""A flag of the line 1.3.2 that does nothing there but for `sign`."""


def checked(*names: str) -> Callable[[Invocation], None]:
    """A check, for `Command.before`, of the flags of these names."""

    def check(invocation: Invocation) -> None:
        given = [f"--{name}" for name in names if name in invocation.changed]
        if not given:
            return
        if invocation.environment.get(_VARIABLE) != "1":
            raise Fault(
                f'flag(s) {",".join(given)} in "{invocation.path}" is experimental and not enabled by '
                f"default. To use, please set {_VARIABLE}=1 environment variable"
            )
        invocation.warn(_WARNING)

    return check


def hidden(*flags: Flag) -> tuple[Flag, ...]:
    """The flags; help does not show them unless they are enabled."""
    enabled = os.environ.get(_VARIABLE) == "1"
    return flags if enabled else tuple(msgspec.structs.replace(flag, hidden=True) for flag in flags)


def warn_of_deprecated(invocation: Invocation) -> None:
    """Warn of `--allow-referrers-api` where it was given to a command that only reads."""
    if ALLOW_REFERRERS_API.name in invocation.changed:
        invocation.warn(
            "Warning: flag '--allow-referrers-api' is deprecated and will be removed in future versions."
        )
