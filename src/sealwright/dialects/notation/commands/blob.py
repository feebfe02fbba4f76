"""`notation blob`, which is not there yet."""

from sealwright.dialects.cobra import Command, Fault, Invocation

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation: it says what is missing, whatever follows."""
    del line
    return Command("blob", "", hidden=True, reads_flags=False, run=_run)


def _run(invocation: Invocation) -> None:
    raise Fault(f"{invocation.path}: Sealwright does not have this command of notation yet")
