"""Where notation keeps its files: `NOTATION_CONFIG` and `NOTATION_CACHE`, else the platform's folders."""

import sys
from pathlib import Path

from sealwright.homes.environment import Environment

__all__ = ["cache_folder", "config_folder"]


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


def cache_folder(environment: Environment) -> Path:
    """The folder of what notation keeps to use it again; it need not exist."""
    named = environment.get("NOTATION_CACHE")
    if named:
        return Path(named)
    if sys.platform == "darwin":
        return environment.home / "Library" / "Caches" / "notation"
    if sys.platform == "win32":
        return environment.folder("LOCALAPPDATA", "AppData", "Local") / "notation"
    return environment.folder("XDG_CACHE_HOME", ".cache") / "notation"
