# ruff: noqa: INP001  # beside generated.py, which imports it
"""The table of the notation dialect's commands and flags, made from the commands themselves."""

from collections.abc import Iterator, Mapping

from sealwright.dialects import cobra
from sealwright.dialects.cobra import Command
from sealwright.dialects.notation.lines import DEFAULT, LINES, STABLE
from sealwright.dialects.notation.program import root
from sealwright.dialects.pflag import Flag

__all__ = ["STATES", "notation_block"]

STATES: Mapping[str, str] = {
    "blob verify": "complete; by a statement of the level skip it ends well, where notation crashes",
    "certificate add": "complete; what no trust store could use is refused at once",
    "certificate delete": "complete; takes names of files, no paths",
    "certificate generate-test": "complete; keys of 2048, 3072 and 4096 bits",
    "completion bash": "complete; a script of our own",
    "completion fish": "complete; a script of our own",
    "completion powershell": "complete; a script of our own",
    "completion zsh": "complete; a script of our own",
    "help": "complete; texts of our own",
    "inspect": "complete; what cannot be read is said in our words",
    "list": "complete",
    "verify": "complete; stricter where the tables below say so",
    "version": "complete; with our own version beside that of the line",
}
"""What is to be said of a command beside that it is complete."""


def notation_block() -> Iterator[str]:
    """Every command of both lines, with its flags and its state."""
    old, new = (dict(_walk(root(line), line)) for line in (STABLE, DEFAULT))
    yield "| command | line | flags | state |"
    yield "|---|---|---|---|"
    for path in sorted({**old, **new}):
        lines = [line for line, known in ((DEFAULT, new), (STABLE, old)) if path in known]
        flags: dict[str, list[str]] = {}
        for line, known in ((DEFAULT, new), (STABLE, old)):
            for flag in known[path].flags if path in known else ():
                flags.setdefault(_shown(flag), []).append(line)
        words = [word if named == lines else f"{word} ({', '.join(named)})" for word, named in flags.items()]
        where = "both" if len(lines) == len(LINES) else lines[0]
        yield f"| `{path}` | {where} | {', '.join(words) or '-'} | {STATES.get(path, 'complete')} |"


def _walk(command: Command, line: str, above: str = "") -> Iterator[tuple[str, Command]]:
    """The commands that do something, by their paths."""
    for one in cobra.subcommands(command, line):
        path = f"{above} {one.name}".strip()
        if one.run is not None:
            yield path, one
        yield from _walk(one, line, path)


def _shown(flag: Flag) -> str:
    short = f"-{flag.shorthand}, " if flag.shorthand else ""
    return f"`{short}--{flag.name}`"
