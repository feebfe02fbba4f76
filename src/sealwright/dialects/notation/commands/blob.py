"""`notation blob`, which is not there yet."""

from sealwright.dialects.cobra import Command
from sealwright.dialects.notation.not_yet import not_yet

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    del line
    return not_yet("blob")
