"""Commands whose `--help` ends with examples, printed as they are written."""

from typing import Any

import click

__all__ = ["Command", "Group"]


class _WithExamples(click.Command):
    """Takes `examples`, whole command lines, beside what a click command takes."""

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
        super().format_epilog(ctx, formatter)


class Command(_WithExamples):
    """A command with examples."""


class Group(_WithExamples, click.Group):
    """A group of commands with examples; its subcommands are `Command`."""

    command_class = Command
