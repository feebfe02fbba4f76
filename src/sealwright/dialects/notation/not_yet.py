"""Commands of notation that are not there yet: they say what is missing, whatever follows."""

from sealwright.dialects.cobra import Command, Fault, Invocation

__all__ = ["not_yet"]


def not_yet(name: str) -> Command:
    """The command of that name."""
    return Command(name, "", hidden=True, reads_flags=False, run=_run)


def _run(invocation: Invocation) -> None:
    raise Fault(f"{invocation.path}: Sealwright does not have this command of notation yet")
