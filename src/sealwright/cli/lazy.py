"""A group of commands that knows them by name, and loads only the one that is called."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from sealwright.cli.examples import Group

__all__ = ["LazyGroup"]


class LazyGroup(Group):
    """Takes `entries`, command to its one line of help, and the `package` whose modules they are.

    Each module has a `command`; a dash in a command's name is an underscore in the module's.
    """

    def __init__(self, *args: Any, entries: Mapping[str, str], package: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._entries = entries
        self._package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded."""
        del ctx
        if cmd_name not in self._entries:
            return None
        module = import_module(f"{self._package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them without loading any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(self._entries.items()))
