"""Checks of command lines that several commands share."""

from collections.abc import Callable

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault

__all__ = ["one_reference", "require_positive"]


def one_reference(name: str) -> Callable[[tuple[str, ...]], None]:
    """A check that a reference is there; words after it are ignored, as notation does.

    Args:
        name: of the command.
    """

    def check(arguments: tuple[str, ...]) -> None:
        if not arguments:
            raise Fault(
                f"missing reference to the artifact: use `notation {name} --help` to see what parameters are "
                "required"
            )

    return check


def require_positive(invocation: Invocation) -> None:
    """Check `--max-signatures`.

    Raises:
        Fault: it is zero or less.
    """
    most = invocation.values["max-signatures"]
    if most <= 0:
        raise Fault(f"max-signatures value {most} must be a positive number")
