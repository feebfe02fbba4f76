# ruff: noqa: INP001  # run by Sphinx and by hand, not imported as a package
"""The parts of the pages that are made from the program: commands, reasons, exit codes, limits, settings.

Each stands in its page between `<!-- begin: NAME -->` and `<!-- end: NAME -->`. Building the documentation
renews them, as does `python docs/generated.py`; a test compares them with the program.
"""

import ast
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

import click
import msgspec

from sealwright import limits, reasons
from sealwright.cli import exit_codes, program
from sealwright.cli.reaching import RegistryFlags
from sealwright.service import configuration
from sealwright.service.configuration import environment

sys.path.insert(0, str(Path(__file__).parent))

from notation_commands import notation_block
from python_names import python_block  # stands beside this file

ROOT = Path(__file__).resolve().parents[1]
REGISTRY_FLAGS = frozenset(RegistryFlags.__struct_fields__)

_SPECIAL = re.compile(r"([*_<>|\[\]`$])")
_FIELD = re.compile(r"\{(\w+)(?:![rsa])?\}")


def escaped(text: str) -> str:
    """Plain text as Markdown that shows it, also in a table."""
    return _SPECIAL.sub(r"\\\1", text)


def code(text: str) -> str:
    """Text as a code span in a table."""
    return "`" + text.replace("|", r"\|") + "`"


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """A Markdown table, line by line."""
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def root_context() -> click.Context:
    """The context of `seal` itself."""
    return click.Context(
        program._program,  # noqa: SLF001  # the command behind `run`
        info_name="seal",
        terminal_width=80,
        help_option_names=["-h", "--help"],
    )


def commands(ctx: click.Context) -> Iterator[click.Context]:
    """The contexts of a group's commands and of theirs, in the order of the help."""
    group = ctx.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if command is not None:
            inner = click.Context(command, parent=ctx, info_name=name, terminal_width=80)
            yield inner
            yield from commands(inner)


def options(ctx: click.Context) -> Iterator[tuple[str, str]]:
    """Each option but those of registries and `--help`: its forms and what it means."""
    for parameter in ctx.command.get_params(ctx):
        if parameter.name in REGISTRY_FLAGS or "--help" in parameter.opts:
            continue
        record = parameter.get_help_record(ctx)
        if record is not None and isinstance(parameter, click.Option):
            yield code(record[0]), escaped(" ".join(record[1].split()))


def help_block() -> Iterator[str]:
    """What `seal --help` prints."""
    yield "```text"
    yield program._program.get_help(root_context())  # noqa: SLF001  # as above
    yield "```"


def commands_block() -> Iterator[str]:
    """Every command with its flags and examples."""
    for ctx in commands(root_context()):
        depth = ctx.command_path.count(" ") + 1
        yield from (f"{'#' * depth} {ctx.command_path}", "")
        yield from (inspect.cleandoc(ctx.command.help or ""), "")
        yield from ("```text", ctx.command.get_usage(ctx).removeprefix("Usage: "), "```", "")
        rows = list(options(ctx))
        if rows:
            yield from (*table(("Flag", "Meaning"), iter(rows)), "")
        if any(parameter.name in REGISTRY_FLAGS for parameter in ctx.command.params):
            yield from ("And [the flags for registries](#flags-for-registries).", "")
        examples: tuple[str, ...] = getattr(ctx.command, "examples", ())
        if examples:
            yield from ("```sh", *examples, "```", "")


def registry_flags_block() -> Iterator[str]:
    """The flags of every command that talks to registries."""
    command = next(ctx for ctx in commands(root_context()) if ctx.info_name == "ls")
    rows = (
        record
        for parameter in command.command.params
        if parameter.name in REGISTRY_FLAGS and (record := parameter.get_help_record(command))
    )
    yield from table(("Flag", "Meaning"), ((code(flags), escaped(text)) for flags, text in rows))


def shown(sentence: str) -> str:
    """A sentence or hint with its fields as `{name}`, in Markdown."""
    parts = _FIELD.split(sentence)
    texts = (escaped(part.replace("{{", "{").replace("}}", "}")) for part in parts[::2])
    fields = (f"*{escaped(name)}*" for name in parts[1::2])
    return "".join(text + field for text, field in zip(texts, (*fields, ""), strict=True))


def reasons_block() -> Iterator[str]:
    """Every reason code with its sentence and hint, area by area."""
    for area in reasons.AREAS:
        module = import_module(f"sealwright.reasons.{area}")
        entries: Mapping[str, tuple[str, str]] = module.REASONS
        yield from (f"## {area}", "", inspect.getdoc(module) or "", "")
        rows = ((code(name), shown(what), shown(hint) or "-") for name, (what, hint) in entries.items())
        yield from (*table(("Code", "What happened", "What to do"), rows), "")


def exit_codes_block() -> Iterator[str]:
    """The table of exit codes."""
    yield from table(("Code", "Meaning"), ((str(number), words) for number, words in exit_codes.TABLE))


def limits_block() -> Iterator[str]:
    """Every limit with its value and reason, area by area."""
    for area in limits.AREAS:
        yield from (f"## {area.__name__.rpartition('.')[2]}", "", inspect.getdoc(area) or "", "")
        told = _beside(area)
        rows = ((code(name), _size(name), escaped(told[name])) for name in area.__all__)
        yield from (*table(("Name", "Value", "Why"), rows), "")


def _beside(module: ModuleType) -> Mapping[str, str]:
    """The names that a module assigns, and the text that stands below each."""
    told: dict[str, str] = {}
    for assigned, after in pairwise(ast.parse(inspect.getsource(module)).body):
        if isinstance(assigned, ast.Assign) and isinstance(after, ast.Expr):
            (target,) = assigned.targets
            if isinstance(target, ast.Name) and isinstance(after.value, ast.Constant):
                told[target.id] = " ".join(str(after.value.value).split())
    return told


def _size(name: str) -> str:
    value: int = getattr(limits, name)
    if name.endswith("_BYTES"):
        for unit, factor in (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024)):
            if value >= factor and value % factor == 0:
                return f"{value // factor} {unit}"
        return f"{value} bytes"
    number = f"{value:_}".replace("_", " ")
    return f"{number} seconds" if name.endswith("_SECONDS") else number


def configuration_block() -> Iterator[str]:
    """Every setting of the service with its variable, what it may be, its default and its meaning."""
    for part in msgspec.structs.fields(configuration.Configuration):
        listed = _listed(part.type)
        yield from _settings_table(listed or part.type, part.name, listed=listed is not None)


def _settings_table(kind: type[msgspec.Struct], path: str, *, listed: bool) -> Iterator[str]:
    """A table of settings, then those that stand in it; only what is no list has variables."""
    told = _attributes(kind)
    summary = (inspect.getdoc(kind) or "").partition("\n")[0]
    title = f"[[{path}]]" if listed else f"[{path}]"
    yield from (f"## `{title}`", "", escaped(summary), "")
    fields = msgspec.structs.fields(kind)
    rows = (
        (
            code(field.name),
            *([] if listed else [_variable(path, field)]),
            code(_values(field.type)),
            code(_default(field)),
            escaped(told[field.name]),
        )
        for field in fields
    )
    variable = [] if listed else ["Variable"]
    yield from (*table(("Setting", *variable, "Value", "Default", "Meaning"), rows), "")
    for field in fields:
        inner = _listed(field.type)
        if inner is not None:
            yield from _settings_table(inner, f"{path}.{field.name}", listed=True)


def _variable(path: str, field: msgspec.structs.FieldInfo) -> str:
    if _listed(field.type) is not None:
        return ""
    return code(environment.variable(path, field.name) + ("_KEY" if _free(field.type) else ""))


def _listed(kind: object) -> type[msgspec.Struct] | None:
    """The struct of which a setting is a list, if it is one."""
    if get_origin(kind) not in (list, tuple):
        return None
    inner = get_args(kind)[0]
    return inner if isinstance(inner, type) and issubclass(inner, msgspec.Struct) else None


def _attributes(kind: type) -> Mapping[str, str]:
    """The sentences of the section `Attributes:` of a docstring, by name."""
    section = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    return {
        name: " ".join(text.replace("`", "").split())
        for name, text in re.findall(r"^    (\w+): ((?:.|\n      )+)", section, re.MULTILINE)
    }


def _free(kind: object) -> bool:
    return get_origin(kind) is dict


def _values(kind: Any) -> str:
    """What a setting may be, in words."""
    if kind in _WORDS:
        return _WORDS[kind]
    if _listed(kind) is not None:
        return "list of tables"
    parts = get_args(kind)
    if get_origin(kind) is UnionType:
        return " | ".join(_values(part) for part in parts if part is not NoneType)
    if get_origin(kind) is Literal:
        return " | ".join(f'"{part}"' for part in parts)
    if get_origin(kind) is Annotated:
        bounds = next(part for part in parts if isinstance(part, msgspec.Meta))
        if (bounds.extra or {}).get("place"):
            return "path"
        named = (("from", bounds.ge), ("above", bounds.gt), ("to", bounds.le))
        return " ".join(
            [_values(parts[0]), *(f"{word} {most:g}" for word, most in named if most is not None)]
        )
    return f"table of {_values(parts[1])}s" if _free(kind) else f"list of {_values(parts[0])}s"


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "must be given"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return "none" if value is None else json.dumps(list(value) if isinstance(value, tuple) else value)


_WORDS: Mapping[type, str] = {str: "string", int: "whole number", float: "number", bool: "true | false"}

BLOCKS: Mapping[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "help": ("README.md", help_block),
    "commands": ("docs/reference/commands.md", commands_block),
    "registry-flags": ("docs/reference/commands.md", registry_flags_block),
    "reasons": ("docs/reference/reasons.md", reasons_block),
    "exit-codes": ("docs/reference/exit-codes.md", exit_codes_block),
    "limits": ("docs/reference/limits.md", limits_block),
    "configuration": ("docs/reference/service-configuration.md", configuration_block),
    "python": ("docs/reference/python.md", python_block),
    "notation-commands": ("docs/reference/notation-dialect.md", notation_block),
}
"""Name of the block to the page that it stands in and the function that makes its lines."""


def with_block(page: str, name: str) -> str:
    """The text of a page with one of its blocks made anew.

    Args:
        page: its text.
        name: of the block.

    Raises:
        ValueError: the page has no such block.
    """
    begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->"
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"there is no block {name} in the page")
    made = "\n".join(BLOCKS[name][1]()).rstrip("\n")
    return f"{before}{begin}\n{made}\n\n{end}{after}"


def renew() -> None:
    """Make every block anew in its page; pages that stay the same are not written."""
    for name, (file, _) in BLOCKS.items():
        path = ROOT / file
        text = path.read_text(encoding="utf-8")
        changed = with_block(text, name)
        if changed != text:
            path.write_text(changed, encoding="utf-8")


if __name__ == "__main__":
    renew()
