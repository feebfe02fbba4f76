"""`notation completion`: a script for each shell."""

from sealwright.dialects.cobra import Command, Invocation, no_arguments
from sealwright.dialects.completion import SHELLS, script
from sealwright.dialects.pflag import Flag

__all__ = ["command"]

_PLAIN = "bash"
"""Where cobra's own usage line has no `[flags]`."""


def command(line: str) -> Command:
    """The command in a line of notation."""
    del line
    return Command(
        "completion",
        "Print a script that completes command lines",
        long=(
            "Print a script that completes notation's commands and flags in a shell.\n\n"
            "Example - Complete in this bash:\n"
            "  source <(notation completion bash)"
        ),
        subcommands=tuple(
            Command(
                shell,
                f"Print the script for {shell}",
                flags=(Flag("no-descriptions", "bool", "there are none in any case"),),
                arguments=no_arguments(f"notation completion {shell}"),
                flags_in_use_line=shell != _PLAIN,
                run=_run,
            )
            for shell in SHELLS
        ),
    )


def _run(invocation: Invocation) -> None:
    from sealwright.dialects.notation.program import root  # noqa: PLC0415  # which names this module

    shell = invocation.path.rpartition(" ")[2]
    invocation.out.write(script(shell, root(invocation.line), invocation.line))
