"""`seal completion`."""

import click
from click.shell_completion import get_completion_class

from sealwright.cli.examples import Command

__all__ = ["command"]


@click.command(
    "completion",
    cls=Command,
    examples=(
        "source <(seal completion bash)",
        "seal completion fish > ~/.config/fish/completions/seal.fish",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print a script that completes commands and flags in SHELL."""
    kind = get_completion_class(shell)
    root = ctx.find_root()
    if kind is not None:
        click.echo(kind(root.command, {}, "seal", "_SEAL_COMPLETE").source())
