"""`notation version`."""

from sealwright.dialects.cobra import Command, Invocation, no_arguments
from sealwright.dialects.notation.version_text import version_text

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    del line
    return Command("version", "Show the version", arguments=no_arguments("notation version"), run=_run)


def _run(invocation: Invocation) -> None:
    invocation.out.write(version_text(invocation.line))
