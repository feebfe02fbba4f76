"""The OpenAPI description of everything below `/api/v1`, put together from that of each slice."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

import msgspec

from sealwright.errors import InternalError
from sealwright.version import __version__

__all__ = ["described"]

_FILE = "openapi.json"
_OWN = "sealwright.service.api"


def described(fragments: Iterable[str]) -> bytes:
    """The whole description as JSON.

    What a fragment calls as another one does, but describes otherwise, gets the name of its package before
    its own.

    Args:
        fragments: packages that may hold an `openapi.json` with `paths`, `components` and `tags` to add.

    Raises:
        InternalError: `internal.unexpected`: two of them describe one path.
    """
    whole = msgspec.json.decode(files(_OWN).joinpath(_FILE).read_bytes(), type=dict[str, Any])
    whole["info"]["version"] = __version__
    for package in fragments:
        file = files(package).joinpath(_FILE)
        if file.is_file():
            _add(whole, msgspec.json.decode(file.read_bytes(), type=dict[str, Any]), package)
    return msgspec.json.encode(whole)


def _add(whole: dict[str, Any], part: dict[str, Any], package: str) -> None:
    components = whole["components"]
    renamed = {
        f"#/components/{kind}/{name}": f"#/components/{kind}/{_of_package(package, name)}"
        for kind, members in part.get("components", {}).items()
        for name, member in members.items()
        if components.get(kind, {}).get(name, member) != member
    }
    part = _referring(part, renamed)
    for kind, members in part.get("components", {}).items():
        for name, member in members.items():
            place = renamed.get(f"#/components/{kind}/{name}", name).rpartition("/")[2]
            components.setdefault(kind, {})[place] = member
    for path, member in part.get("paths", {}).items():
        if path in whole["paths"]:
            raise InternalError("internal.unexpected", problem=f"{package} describes {path} anew")
        whole["paths"][path] = member
    known = {tag["name"] for tag in whole["tags"]}
    whole["tags"] += [tag for tag in part.get("tags", []) if tag["name"] not in known]


def _of_package(package: str, name: str) -> str:
    return f"{package.rpartition('.')[2].capitalize()}{name}"


def _referring(value: Any, renamed: Mapping[str, str]) -> Any:
    """The same, with each reference to what is renamed under its new name."""
    match value:
        case dict():
            return {
                name: renamed.get(member, member)
                if name == "$ref" and isinstance(member, str)
                else _referring(member, renamed)
                for name, member in value.items()
            }
        case list():
            return [_referring(one, renamed) for one in value]
        case _:
            return value
