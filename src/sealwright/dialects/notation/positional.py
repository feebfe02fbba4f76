"""Checks of command lines that several commands share."""

from collections.abc import Callable

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault

__all__ = ["named_in", "nothing", "one_reference", "require_positive"]


def one_reference(name: str) -> Callable[[tuple[str, ...]], None]:
    """A check that a reference is there; words after it are ignored, as notation does.

    Args:
        name: of the command.
    """
    return named_in(name, "reference to the artifact")


def named_in(name: str, what: str) -> Callable[[tuple[str, ...]], None]:
    """The same for anything else that a command is about.

    Args:
        name: of the command.
        what: is missing where there are no words.
    """

    def check(arguments: tuple[str, ...]) -> None:
        if not arguments:
            raise Fault(f"missing {what}: use `notation {name} --help` to see what parameters are required")

    return check


def nothing(arguments: tuple[str, ...]) -> None:
    """A check that there are no arguments, in the words of cobra's `ExactArgs`."""
    if arguments:
        raise Fault(f"accepts 0 arg(s), received {len(arguments)}")


def require_positive(invocation: Invocation) -> None:
    """Check `--max-signatures`.

    Raises:
        Fault: it is zero or less.
    """
    most = invocation.values["max-signatures"]
    if most <= 0:
        raise Fault(f"max-signatures value {most} must be a positive number")
