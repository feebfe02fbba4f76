"""Commands as Go's cobra 1.9.1 finds and runs them.

A command line runs through these steps, in this order:

1. Find: the first word that is no flag (nor the value of one) names a subcommand, and so on downwards. A word
   that names none is an error at the root and an argument elsewhere.
2. Flags are parsed. `--help` prints the help text, whatever else stands there; so does a command that only
   groups others.
3. The arguments are checked, then the command's own `before` runs.
4. Required flags, flags required together, of which one is required, that exclude each other.
5. The command runs.

Errors are printed as `Error: TEXT`; nothing else is printed with them, except the line `Run 'PROGRAM --help'
for usage.` for errors of step 1. Subcommands may be entries of a table, loaded only when they are called.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, TextIO

import msgspec

from sealwright.dialects import pflag
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.pflag import Flag
from sealwright.homes.environment import Environment

__all__ = [
    "Command",
    "Entry",
    "Fault",
    "Invocation",
    "Streams",
    "execute",
    "find",
    "no_arguments",
    "subcommands",
]

_SUGGESTED_WITHIN = 2


class Streams(msgspec.Struct, frozen=True):
    """Where a command reads and prints."""

    out: TextIO
    err: TextIO
    stdin: TextIO


class Invocation(msgspec.Struct, frozen=True):
    """A command that is being run.

    `values` holds every flag by its name, `changed` the names of those that were given. `path` is the command
    as its help shows it, such as `notation key list`; `line` the version line of the program that is spoken.
    """

    path: str
    line: str
    values: Mapping[str, Any]
    changed: frozenset[str]
    arguments: tuple[str, ...]
    environment: Environment
    out: TextIO
    err: TextIO
    stdin: TextIO

    def say(self, *lines: str) -> None:
        """Print lines on standard output."""
        self.out.writelines(f"{line}\n" for line in lines)

    def warn(self, line: str) -> None:
        """Print a line on standard error, after all that was printed before."""
        self.out.flush()
        self.err.write(f"{line}\n")


class Entry(msgspec.Struct, frozen=True):
    """A subcommand that is loaded when it is called: `module` has `command(line)`, which makes it."""

    name: str
    short: str
    module: str
    aliases: tuple[str, ...] = ()
    hidden: bool = False


class Command(msgspec.Struct, frozen=True):
    """A command. `use` is its name and what follows in the usage line; `run` None makes it a group.

    `arguments` checks the words that are no flags; None takes anything.
    `before` runs after that and before flags are held against `required` and the groups of flags.
    With `reads_flags` off, all words are arguments.
    """

    use: str
    short: str
    long: str = ""
    aliases: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    hidden: bool = False
    subcommands: "tuple[Command | Entry, ...]" = ()
    arguments: Callable[[tuple[str, ...]], None] | None = None
    before: Callable[[Invocation], None] | None = None
    required: tuple[str, ...] = ()
    required_together: tuple[tuple[str, ...], ...] = ()
    one_required: tuple[tuple[str, ...], ...] = ()
    mutually_exclusive: tuple[tuple[str, ...], ...] = ()
    flags_in_use_line: bool = True
    reads_flags: bool = True
    run: Callable[[Invocation], int | None] | None = None

    @property
    def name(self) -> str:
        """The first word of `use`."""
        return self.use.partition(" ")[0]


def execute(
    root: Command,
    arguments: tuple[str, ...],
    line: str,
    environment: Environment,
    streams: Streams,
    error: str = "Error",
    after_flags: str = "",
) -> int:
    """Run a command line and give its exit code.

    Args:
        root: the program.
        arguments: without the name of the program.
        line: handed to the modules of entries and to the command.
        environment: handed to the command.
        streams: where it reads and prints.
        error: what stands before the text of an error.
        after_flags: a line below an error of step 2, with the command as `{path}`; empty: none.
    """
    try:
        found, path, rest = find(root, arguments, line)
    except Fault as fault:
        streams.err.write(f"{error}: {fault}\nRun '{root.name} --help' for usage.\n")
        return 1
    try:
        return _run(found, path, rest, line, environment, streams, after_flags)
    except Fault as fault:
        streams.out.flush()
        streams.err.write(f"{error}: {fault}\n")
        return 1


def find(root: Command, arguments: tuple[str, ...], line: str) -> tuple[Command, str, tuple[str, ...]]:
    """The command that is called, its path, and the words that are left for it.

    Raises:
        Fault: `unknown command …`, with suggestions.
    """
    command, path, rest = root, root.name, arguments
    while words := _without_flags(rest, command):
        following = next(
            (each for each in command.subcommands if words[0] in (each.name, *each.aliases)), None
        )
        if following is None:
            break
        rest = _without_first(rest, words[0], command)
        command = _loaded(following, line)
        path = f"{path} {command.name}"
    if command is root and words and root.subcommands and root.arguments is None:
        raise Fault(f"unknown command {quote(words[0])} for {quote(path)}{_suggestions(root, words[0])}")
    return command, path, rest


def subcommands(command: Command, line: str) -> Iterator[Command]:
    """The subcommands of a command, loaded."""
    return (_loaded(each, line) for each in command.subcommands)


def no_arguments(path: str) -> Callable[[tuple[str, ...]], None]:
    """A check that refuses every argument.

    Args:
        path: of the command, such as `notation version`.
    """

    def check(arguments: tuple[str, ...]) -> None:
        if arguments:
            raise Fault(f"unknown command {quote(arguments[0])} for {quote(path)}")

    return check


def _run(  # as `execute`
    command: Command,
    path: str,
    rest: tuple[str, ...],
    line: str,
    environment: Environment,
    streams: Streams,
    after_flags: str,
) -> int:
    from sealwright.dialects.cobra_help import help_flag, help_text  # noqa: PLC0415  # a small module of its own

    flags = (*command.flags, help_flag(command))
    try:
        parsed = pflag.parse(flags, rest if command.reads_flags else ("--", *rest))
    except Fault as fault:
        raise Fault(f"{fault}\n{after_flags.format(path=path)}" if after_flags else str(fault)) from None
    if parsed.values["help"] or command.run is None:
        streams.out.write(help_text(command, path))
        return 0
    if command.arguments is not None:
        command.arguments(parsed.arguments)
    invocation = Invocation(
        path,
        line,
        parsed.values,
        parsed.changed,
        parsed.arguments,
        environment,
        streams.out,
        streams.err,
        streams.stdin,
    )
    if command.before is not None:
        command.before(invocation)
    _check_flags(command, parsed.changed)
    return command.run(invocation) or 0


def _check_flags(command: Command, given: frozenset[str]) -> None:
    """Hold the flags that were given against what the command says of them together."""
    missing = [name for name in sorted(command.required) if name not in given]
    if missing:
        names = '", "'.join(missing)
        raise Fault(f'required flag(s) "{names}" not set')
    for group in sorted(command.required_together, key=" ".join):
        unset = sorted(name for name in group if name not in given)
        if 0 < len(unset) < len(group):
            raise Fault(
                f"if any flags in the group [{' '.join(group)}] are set they must all be set; "
                f"missing [{' '.join(unset)}]"
            )
    for group in sorted(command.one_required, key=" ".join):
        if not given & set(group):
            raise Fault(f"at least one of the flags in the group [{' '.join(group)}] is required")
    for group in sorted(command.mutually_exclusive, key=" ".join):
        together = sorted(name for name in group if name in given)
        if len(together) > 1:
            raise Fault(
                f"if any flags in the group [{' '.join(group)}] are set none of the others can be; "
                f"[{' '.join(together)}] were all set"
            )


def _loaded(one: Command | Entry, line: str) -> Command:
    if isinstance(one, Command):
        return one
    made: Command = import_module(one.module).command(line)
    return made


def _takes_next(word: str, command: Command) -> bool:
    """Whether a word is a flag whose value is the next word, as far as the command's own flags tell."""
    if "=" in word:
        return False
    if word.startswith("--"):
        return not any(flag.name == word[2:] and flag.kind == "bool" for flag in command.flags)
    if word.startswith("-") and len(word.encode(errors="surrogateescape")) == len("-n"):
        return not any(flag.shorthand == word[1:] and flag.kind == "bool" for flag in command.flags)
    return False


def _without_flags(words: tuple[str, ...], command: Command) -> list[str]:
    """The words that are neither flags nor, for all that is known, values of flags."""
    found: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            break
        if _takes_next(word, command):
            if len(rest) <= 1:
                break
            rest.pop(0)
        elif word and not word.startswith("-"):
            found.append(word)
    return found


def _without_first(words: tuple[str, ...], wanted: str, command: Command) -> tuple[str, ...]:
    """The words without the first that names the subcommand; flags before it go to the subcommand."""
    at = 0
    while at < len(words) and words[at] != "--":
        if _takes_next(words[at], command):
            at += 1
        elif words[at] == wanted:
            return (*words[:at], *words[at + 1 :])
        at += 1
    return words


def _suggestions(root: Command, typed: str) -> str:
    wanted = typed.lower()
    names = [
        each.name
        for each in root.subcommands
        if not each.hidden
        and each.name != "help"
        and (
            _distance(wanted, each.name.lower()) <= _SUGGESTED_WITHIN or each.name.lower().startswith(wanted)
        )
    ]
    listed = "".join(f"\t{name}\n" for name in names)
    return f"\n\nDid you mean this?\n{listed}" if names else ""


def _distance(one: str, other: str) -> int:
    """Letters to insert, remove or replace to make one word the other."""
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        above, row[0] = row[0], count
        for at, its in enumerate(other, 1):
            above, row[at] = row[at], above if letter == its else 1 + min(above, row[at], row[at - 1])
    return row[-1]
