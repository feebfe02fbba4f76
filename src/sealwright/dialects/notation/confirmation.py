"""The question `[y/N]` before something is taken away or replaced."""

from sealwright.dialects.cobra import Invocation

__all__ = ["confirmed"]


def confirmed(invocation: Invocation, question: str, *, already: bool) -> bool:
    """Whether the user agrees. The question goes to standard output, the answer is a line of standard input.

    Args:
        invocation: the command that asks.
        question: without ` [y/N] `.
        already: the flag that spares the question was given.
    """
    if already:
        return True
    invocation.out.write(f"{question} [y/N] ")
    invocation.out.flush()
    answer = invocation.stdin.readline()
    if not answer:
        return False
    if answer.rstrip("\n").removesuffix("\r").lower() in ("y", "yes"):
        return True
    invocation.say("Operation cancelled.")
    return False
