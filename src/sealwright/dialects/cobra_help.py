"""Help texts in the layout of cobra 1.9.1: what it is, usage, aliases, commands, flags."""

from sealwright.dialects import pflag
from sealwright.dialects.cobra import Command
from sealwright.dialects.pflag import Flag

__all__ = ["help_flag", "help_text", "usage_text"]

_NARROWEST = 11


def help_flag(command: Command) -> Flag:
    """The flag that every command has."""
    return Flag("help", "bool", f"help for {command.name}", shorthand="h")


def help_text(command: Command, path: str) -> str:
    """What `--help` prints.

    Args:
        command: to describe.
        path: as it is called, such as `notation key`.
    """
    words = (command.long or command.short).rstrip()
    return f"{words}\n\n{usage_text(command, path)}" if words else usage_text(command, path)


def usage_text(command: Command, path: str, *, with_help_flag: bool = True) -> str:
    """The part of the help text after the description.

    Args:
        command: to describe.
        path: as it is called.
        with_help_flag: list `--help` too.
    """
    parts = ["Usage:"]
    flags = (*command.flags, help_flag(command)) if with_help_flag else command.flags
    if command.run is not None:
        parts.append(f"\n  {_use_line(command, path)}")
    if command.subcommands:
        parts.append(f"\n  {path} [command]")
    if command.aliases:
        parts.append(f"\n\nAliases:\n  {', '.join((command.name, *command.aliases))}")
    if command.subcommands:
        width = max(_NARROWEST, *(len(each.name) for each in command.subcommands))
        shown = sorted((each for each in command.subcommands if not each.hidden), key=lambda each: each.name)
        parts.append("\n\nAvailable Commands:")
        parts += (f"\n  {each.name.ljust(width)} {each.short}" for each in shown)
    if any(not flag.hidden for flag in flags):
        parts.append(f"\n\nFlags:\n{pflag.usages(flags).rstrip()}")
    if command.subcommands:
        parts.append(f'\n\nUse "{path} [command] --help" for more information about a command.')
    return "".join(parts) + "\n"


def _use_line(command: Command, path: str) -> str:
    above = path.rpartition(" ")[0]
    line = f"{above} {command.use}" if above else command.use
    return line if "[flags]" in line or not command.flags_in_use_line else f"{line} [flags]"
