"""The flag grammar of Go's pflag 1.0.6, with its messages.

    --name=VALUE   --name VALUE   --bool   --bool=false
    -n=VALUE   -nVALUE   -n VALUE   -b   -abn VALUE (flags without a value may be grouped)

Flags and arguments may be mixed; `--` ends the flags. A flag that takes a value takes whatever comes next,
also if it looks like a flag. The last value counts, but a `stringArray` keeps all, and so do `strings`, whose
values are lists with commas (a line of CSV) themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from sealwright.dialects import go_csv, go_durations, go_numbers
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote, quote_rune

__all__ = ["Flag", "Kind", "Parsed", "parse", "usages"]

Kind = Literal["bool", "string", "int", "duration", "stringArray", "strings"]

_ZERO: Mapping[str, object] = {
    "bool": False,
    "string": "",
    "int": 0,
    "duration": 0,
    "stringArray": (),
    "strings": (),
}


class Flag(msgspec.Struct, frozen=True):
    """One flag. `usage` may name the value in backquotes; `default` None is the zero value of the kind.

    A `duration` is an integer of nanoseconds; `stringArray` and `strings` are tuples of strings.
    """

    name: str
    kind: Kind
    usage: str
    shorthand: str = ""
    default: object = None
    hidden: bool = False

    @property
    def zero(self) -> object:
        """The value of its kind that stands for "nothing"."""
        return _ZERO[self.kind]

    @property
    def begin(self) -> object:
        """The value of the flag if it is not given."""
        return self.zero if self.default is None else self.default


class Parsed(msgspec.Struct, frozen=True):
    """`values` of all flags by name; the names that were given; what was no flag."""

    values: Mapping[str, Any]
    changed: frozenset[str]
    arguments: tuple[str, ...]


def parse(flags: Iterable[Flag], arguments: Sequence[str]) -> Parsed:
    """Read a command line.

    Args:
        flags: those of the command.
        arguments: without the names of program and command.

    Raises:
        Fault: with pflag's text.
    """
    return _Reader(flags).read(arguments)


class _Reader:
    def __init__(self, flags: Iterable[Flag]) -> None:
        known = tuple(flags)
        self._long = {flag.name: flag for flag in known}
        self._short = {flag.shorthand: flag for flag in known if flag.shorthand}
        self._values = {flag.name: flag.begin for flag in known}
        self._changed: set[str] = set()

    def read(self, arguments: Sequence[str]) -> Parsed:
        rest, others = list(arguments), list[str]()
        while rest:
            word = rest.pop(0)
            if word == "--":
                others += rest
                break
            if word.startswith("--"):
                self._read_long(word, rest)
            elif word.startswith("-") and word != "-":
                self._read_short(word[1:], rest)
            else:
                others.append(word)
        return Parsed(self._values, frozenset(self._changed), tuple(others))

    def _read_long(self, word: str, rest: list[str]) -> None:
        name, given, value = word[2:].partition("=")
        if not name or name.startswith("-"):
            raise Fault(f"bad flag syntax: {word}")
        flag = self._long.get(name)
        if flag is None:
            raise Fault(f"unknown flag: --{name}")
        if given:
            self._set(flag, value)
        elif flag.kind == "bool":
            self._set(flag, "true")
        elif rest:
            self._set(flag, rest.pop(0))
        else:
            raise Fault(f"flag needs an argument: {word}")

    def _read_short(self, letters: str, rest: list[str]) -> None:
        while letters:
            flag = self._short.get(letters[0])
            if flag is None:
                first = chr(letters.encode(errors="surrogateescape")[0])  # the grammar goes by bytes
                raise Fault(f"unknown shorthand flag: {quote_rune(first)} in -{letters}")
            if len(letters) > len("n=") and letters[1] == "=":
                self._set(flag, letters[2:])
                return
            if flag.kind == "bool":
                self._set(flag, "true")
                letters = letters[1:]
                continue
            if len(letters) == 1 and not rest:
                raise Fault(f"flag needs an argument: {quote_rune(letters[0])} in -{letters}")
            self._set(flag, letters[1:] or rest.pop(0))
            return

    def _set(self, flag: Flag, value: str) -> None:
        try:
            self._values[flag.name] = self._converted(flag, value)
        except Fault as fault:
            name = f"-{flag.shorthand}, --{flag.name}" if flag.shorthand else f"--{flag.name}"
            raise Fault(f"invalid argument {quote(value)} for {quote(name)} flag: {fault}") from None
        self._changed.add(flag.name)

    def _converted(self, flag: Flag, value: str) -> object:
        match flag.kind:
            case "bool":
                return go_numbers.parse_bool(value)
            case "int":
                return go_numbers.parse_int(value)
            case "duration":
                return go_durations.parse(value)
            case "stringArray" | "strings":
                words = go_csv.fields(value) if flag.kind == "strings" else (value,)
                before = self._values[flag.name] if flag.name in self._changed else ()
                return (*before, *words)  # type: ignore[misc]  # it is a tuple
            case _:
                return value


def usages(flags: Iterable[Flag]) -> str:
    """The block of a help text that lists flags: sorted by name, aligned; hidden ones are left out."""
    shown = sorted((flag for flag in flags if not flag.hidden), key=lambda flag: flag.name)
    rows = [_row(flag) for flag in shown]
    width = max((len(left.encode()) for left, _ in rows), default=0)
    indent = " " * (width + 3)
    return "".join(
        f"{left}{' ' * (width - len(left.encode()))}   {right}\n".replace(
            "\n", f"\n{indent}", right.count("\n")
        )
        for left, right in rows
    )


def _row(flag: Flag) -> tuple[str, str]:
    """What stands left and right in a line of `usages`."""
    left = f"  -{flag.shorthand}, --{flag.name}" if flag.shorthand else f"      --{flag.name}"
    before, mark, rest = flag.usage.partition("`")
    named, closed, after = rest.partition("`")
    usage = before + named + after if mark and closed else flag.usage
    value = named if mark and closed else "" if flag.kind == "bool" else flag.kind
    if value:
        left += f" {value}"
    if flag.begin != flag.zero:
        usage += f" (default {_shown(flag)})"
    return left, usage


def _shown(flag: Flag) -> str:
    match flag.begin:
        case bool() as value:
            return str(value).lower()
        case int() as value if flag.kind == "duration":
            return go_durations.text(value)
        case str() as value:
            return quote(value)
        case tuple() as values:
            return f"[{','.join(values)}]"
        case value:
            return str(value)
