"""What a plugin may be called (plugin-extensibility.md, "Installation")."""

import re

__all__ = ["is_plugin_name"]

_NAME = re.compile(r"(?!\.\.?$)[a-zA-Z0-9_.-]+")


def is_plugin_name(name: str) -> bool:
    """Whether a text can be the name of a plugin: one part of a path, of plain letters.

    Args:
        name: as a signature, a file or a person gives it.
    """
    return _NAME.fullmatch(name) is not None
