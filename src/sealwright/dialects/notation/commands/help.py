"""`notation help`: the help of any command."""

from sealwright.dialects import cobra
from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.cobra_help import help_text, usage_text
from sealwright.dialects.go_text import raw_quote

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    del line
    return Command(
        "help [command]",
        "Show the help of a command",
        long="Show the help of a command, such as `notation help cert add`.",
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    from sealwright.dialects.notation.program import root  # noqa: PLC0415  # which names this module

    top = root(invocation.line)
    try:
        found, path, _ = cobra.find(top, invocation.arguments, invocation.line)
    except Fault:
        topics = " ".join(map(raw_quote, invocation.arguments))
        invocation.warn(f"Unknown help topic [{topics}]")
        invocation.err.write(usage_text(top, top.name, with_help_flag=False))
        return
    invocation.out.write(help_text(found, path))
