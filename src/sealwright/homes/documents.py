"""JSON files of settings: read strictly, and shaped into a record."""

from pathlib import Path
from typing import TypeVar, cast

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import DocumentError
from sealwright.homes import files

__all__ = ["members", "shaped"]

Record = TypeVar("Record")


def members(path: Path) -> dict[str, object]:
    """The members of the object in a file; none if there is no file.

    Args:
        path: the file.

    Raises:
        DocumentError: `document.malformed`, with line and column.
        StorageError: the file cannot be read.
    """
    content = files.read_optional(path, limits.CONFIG_FILE_BYTES)
    if content is None:
        return {}
    try:
        value = strict_json.loads(content, limits.CONFIG_FILE_BYTES)
    except strict_json.JsonError as error:
        line, column = error.position
        raise DocumentError(
            "document.malformed", file=str(path), line=line, column=column, problem=error.problem
        ) from None
    if not isinstance(value, dict):
        raise DocumentError("document.malformed", file=str(path), line=1, column=1, problem="no JSON object")
    return cast("dict[str, object]", value)


def shaped(path: Path, found: dict[str, object], kind: type[Record]) -> Record:
    """What `members` found, as a record; members that are null count as absent.

    Raises:
        DocumentError: `document.malformed`.
    """
    try:
        return msgspec.convert({name: value for name, value in found.items() if value is not None}, kind)
    except msgspec.ValidationError as error:
        raise DocumentError("document.malformed", file=str(path), problem=str(error)) from None
