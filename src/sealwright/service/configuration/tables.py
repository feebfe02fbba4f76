"""From tables of plain values to records, setting by setting, so that every problem is found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

__all__ = ["Problem", "build", "convert", "is_place", "is_table", "why"]

T = TypeVar("T", bound=msgspec.Struct)
Values = dict[str, Any]


class Problem(msgspec.Struct, frozen=True):
    """A setting that cannot be used: its dotted path, a reason code, and what the code's sentence names."""

    path: str
    code: str
    data: Mapping[str, object]


def is_table(kind: Any) -> bool:
    """Whether a setting of that type is a table of settings."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def is_place(kind: Any) -> bool:
    """Whether a setting of that type names a file or folder (`kinds.Place`)."""
    return any(isinstance(a, msgspec.Meta) and (a.extra or {}).get("place") for a in get_args(kind)[1:])


def convert(
    kind: type[msgspec.Struct], settings: Values, folder: Path | None, problems: list[Problem], path: str = ""
) -> Values:
    """The values of a table's settings, each converted to its type.

    Args:
        kind: the table's struct.
        settings: what the file says.
        folder: from which places count.
        problems: are added to.
        path: of the table, such as `server`.
    """
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    values: Values = {}
    for name, value in settings.items():
        dotted = f"{path}.{name}" if path else name
        field = known.get(name)
        if field is None:
            problems.append(Problem(dotted, "service.setting-unknown", {"setting": dotted}))
        elif is_table(field.type) and isinstance(value, dict):
            values[field.name] = convert(field.type, value, folder, problems, dotted)
        else:
            try:
                converted = msgspec.convert(value, field.type)
            except msgspec.ValidationError as error:
                data = {"setting": dotted, "problem": why(error)}
                problems.append(Problem(dotted, "service.setting-invalid", data))
                continue
            if folder is not None and converted and is_place(field.type):
                converted = str(folder / converted)
            elif folder is not None and isinstance(converted, tuple):
                converted = tuple(_with_places(one, folder) for one in converted)
            values[field.name] = converted
    return values


def _with_places(value: Any, folder: Path) -> Any:
    """One of a list; if it is a table, its places count from a folder."""
    if not isinstance(value, msgspec.Struct):
        return value
    named = {
        field.name: getattr(value, field.name)
        for field in msgspec.structs.fields(value)
        if is_place(field.type)
    }
    return msgspec.structs.replace(
        value, **{name: str(folder / place) for name, place in named.items() if place}
    )


def why(error: msgspec.ValidationError) -> str:
    """What is wrong with a value, in words; never the value itself unless it is one of a few words."""
    text = str(error)
    return text[:1].lower() + text[1:]


def build(kind: type[T], values: Values, changed: Values) -> T:
    """A record from its values, of which `changed` go before `values`."""
    made: Values = {}
    for field in msgspec.structs.fields(kind):
        name = field.name
        if is_table(field.type):
            made[name] = build(field.type, values.get(name, {}), changed.get(name, {}))
        elif isinstance(changed.get(name), dict):
            made[name] = {**values.get(name, {}), **changed[name]}
        elif name in changed:
            made[name] = changed[name]
        elif name in values:
            made[name] = values[name]
    return kind(**made)
