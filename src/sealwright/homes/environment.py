"""The environment variables and home folder that the homes look at, as one value that tests can make."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

__all__ = ["ROOT_VARIABLE", "Environment"]


ROOT_VARIABLE = "SEALWRIGHT_ROOT"
"""Names a folder that stands for `/` where the system's own settings and stores are sought."""


class Environment(msgspec.Struct, frozen=True):
    """`variables` as in `os.environ`; `home` is the user's folder.

    `root` stands for `/` in every path below `/etc` and `/var` that a home has by itself, for tests and for
    systems that are not running. Paths that somebody wrote down are taken as they are.
    """

    variables: Mapping[str, str]
    home: Path
    root: Path = Path("/")

    @classmethod
    def current(cls) -> "Environment":
        """That of this process. `HOME` is believed, as the peers do."""
        home = Path(os.environ.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111  # Path.home() ignores an empty HOME
        return cls(os.environ, home, Path(os.environ.get(ROOT_VARIABLE) or "/"))

    def get(self, name: str) -> str:
        """A variable, or an empty string."""
        return self.variables.get(name, "")

    def system(self, path: str) -> Path:
        """A file or folder of the system, such as `/etc/containers`, under the root of this environment."""
        return self.root / path.lstrip("/")

    def folder(self, variable: str, *fallback: str) -> Path:
        """The folder that a variable names, else one under the home folder.

        Args:
            variable: such as `XDG_CONFIG_HOME`; ignored unless absolute, as the XDG specification asks.
            fallback: parts of the path under the home folder.
        """
        named = Path(self.get(variable))
        return named if named.is_absolute() else self.home.joinpath(*fallback)
