"""Settings in the environment: `SEALWRIGHT_SERVE_<TABLE>_<KEY>` holds a value, `…_FILE` names a file with it.

So secrets stay out of the file of settings: `SEALWRIGHT_SERVE_STORAGE_DATABASE`,
`SEALWRIGHT_SERVE_STORAGE_OPTIONS_SECRET_ACCESS_KEY_FILE`. Lists are given as JSON. A variable of that
beginning which stands for no setting is an error.
"""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_origin

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError
from sealwright.service.configuration import tables

__all__ = ["PREFIX", "settings", "variable"]

PREFIX = "SEALWRIGHT_SERVE_"
_FILE = "_FILE"


def variable(table: str, key: str) -> str:
    """The name of the variable that holds a setting."""
    return f"{PREFIX}{table}_{key}".upper()


def settings(
    kind: type[msgspec.Struct], variables: Mapping[str, str]
) -> tuple[dict[str, dict[str, Any]], list[DocumentError]]:
    """What the environment sets, by table and key, and every problem with it.

    Args:
        kind: the struct of the whole file.
        variables: the environment of the process.
    """
    found: dict[str, dict[str, Any]] = {}
    problems: list[DocumentError] = []
    for name in sorted(variables):
        if not name.startswith(PREFIX):
            continue
        try:
            _take(kind, name, variables, found)
        except DocumentError as error:
            problems.append(error)
    return found, problems


def _take(
    kind: type[msgspec.Struct], name: str, variables: Mapping[str, str], found: dict[str, dict[str, Any]]
) -> None:
    place = _setting(kind, name)
    text = variables[name]
    if place is None and name.endswith(_FILE):
        place = _setting(kind, name.removesuffix(_FILE))
        if place is not None:
            if name.removesuffix(_FILE) in variables:
                raise _invalid(name, f"{name.removesuffix(_FILE)} is set as well")
            text = _content(name, text)
    if place is None:
        raise DocumentError("service.variable-unknown", file=name)
    table, field, key = place
    if key:
        found.setdefault(table, {}).setdefault(field.name, {})[key] = text
        return
    try:
        value = _value(text, field.type)
    except msgspec.ValidationError as error:
        raise _invalid(name, tables.why(error)) from None
    if value and tables.is_place(field.type):
        value = str(Path(value).absolute())
    found.setdefault(table, {})[field.name] = value


def _setting(kind: type[msgspec.Struct], name: str) -> tuple[str, msgspec.structs.FieldInfo, str] | None:
    """The table and field that a variable stands for, and the key, if it is one of a free table."""
    for table in msgspec.structs.fields(kind):
        if not tables.is_table(table.type):
            continue
        for field in msgspec.structs.fields(table.type):
            full = variable(table.name, field.name)
            if tables.is_table(field.type):
                continue
            if get_origin(field.type) is dict:
                if name.startswith(f"{full}_") and not name.endswith(_FILE):
                    return table.name, field, name.removeprefix(f"{full}_").lower()
            elif name == full:
                return table.name, field, ""
    return None


def _value(text: str, kind: Any) -> Any:
    """A text as a value of a type: numbers and truth values as written in TOML, lists as JSON."""
    if get_origin(kind) in (list, tuple):
        with contextlib.suppress(msgspec.DecodeError):
            return msgspec.convert(msgspec.json.decode(text), kind)
    return msgspec.convert(text, kind, strict=False)


def _content(name: str, file: str) -> str:
    """The text of the file that a variable names, without the end of its last line."""
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(limits.CONFIG_FILE_BYTES + 1)
        if len(content) > limits.CONFIG_FILE_BYTES:
            raise _invalid(name, f"the file is larger than {limits.CONFIG_FILE_BYTES} bytes")
        return content.decode().rstrip("\r\n")
    except OSError as error:
        raise _invalid(name, f"{file}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise _invalid(name, f"{file} is not UTF-8") from None


def _invalid(name: str, problem: str) -> DocumentError:
    return DocumentError("service.setting-invalid", file="the environment", setting=name, problem=problem)
