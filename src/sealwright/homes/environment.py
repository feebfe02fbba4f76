"""The environment variables and home folder that the homes look at, as one value that tests can make."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

__all__ = ["Environment"]


class Environment(msgspec.Struct, frozen=True):
    """`variables` as in `os.environ`; `home` is the user's folder."""

    variables: Mapping[str, str]
    home: Path

    @classmethod
    def current(cls) -> "Environment":
        """That of this process. `HOME` is believed, as the peers do."""
        return cls(os.environ, Path(os.environ.get("HOME") or os.path.expanduser("~")))  # noqa: PTH111  # Path.home() ignores an empty HOME

    def get(self, name: str) -> str:
        """A variable, or an empty string."""
        return self.variables.get(name, "")

    def folder(self, variable: str, *fallback: str) -> Path:
        """The folder that a variable names, else one under the home folder.

        Args:
            variable: such as `XDG_CONFIG_HOME`; ignored unless absolute, as the XDG specification asks.
            fallback: parts of the path under the home folder.
        """
        named = Path(self.get(variable))
        return named if named.is_absolute() else self.home.joinpath(*fallback)
