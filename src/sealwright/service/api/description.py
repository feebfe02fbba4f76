"""The OpenAPI description of everything below `/api/v1`, put together from that of each slice."""

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import msgspec

from sealwright.errors import InternalError
from sealwright.version import __version__

__all__ = ["described"]

_FILE = "openapi.json"


def described(fragments: Iterable[str]) -> bytes:
    """The whole description as JSON.

    Args:
        fragments: packages that may hold an `openapi.json` with `paths`, `components` and `tags` to add.

    Raises:
        InternalError: `internal.unexpected`: two of them describe one thing.
    """
    whole = _read("sealwright.service.api")
    assert whole is not None  # noqa: S101  # it is beside this file
    whole["info"]["version"] = __version__
    for package in fragments:
        part = _read(package)
        if part is None:
            continue
        _add(whole.setdefault("paths", {}), part.get("paths", {}), package)
        components = whole.setdefault("components", {})
        for kind, members in part.get("components", {}).items():
            _add(components.setdefault(kind, {}), members, package)
        known = {tag["name"] for tag in whole["tags"]}
        whole["tags"] += [tag for tag in part.get("tags", []) if tag["name"] not in known]
    return msgspec.json.encode(whole)


def _read(package: str) -> dict[str, Any] | None:
    file = files(package) / _FILE
    if not file.is_file():
        return None
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Any])


def _add(into: dict[str, Any], members: dict[str, Any], package: str) -> None:
    """Add members; the same member twice must say the same."""
    for name, member in members.items():
        if into.setdefault(name, member) != member:
            raise InternalError("internal.unexpected", problem=f"{package} describes {name} anew")
