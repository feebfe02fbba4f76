"""Where notation keeps its files: `NOTATION_CONFIG`, else the platform's folder for settings."""

import sys
from pathlib import Path

from sealwright.homes.environment import Environment

__all__ = ["config_folder"]


def config_folder(environment: Environment) -> Path:
    """The folder of notation's settings; it need not exist."""
    named = environment.get("NOTATION_CONFIG")
    if named:
        return Path(named)
    if sys.platform == "darwin":
        return environment.home / "Library" / "Application Support" / "notation"
    if sys.platform == "win32":
        return environment.folder("APPDATA", "AppData", "Roaming") / "notation"
    return environment.folder("XDG_CONFIG_HOME", ".config") / "notation"
