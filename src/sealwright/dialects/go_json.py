"""JSON as Go's encoding/json writes it (Marshal, MarshalIndent): what of a text is escaped, and how.

Members of a map are sorted by the caller's choice of keys: a `dict` stands for a struct and keeps its order;
`sorted_map` makes one that is ordered as a Go map is. `<`, `>`, `&`, U+2028 and U+2029 are escaped always;
bytes that are not UTF-8 become U+FFFD.
"""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["marshal", "sorted_map"]

_ESCAPED = str.maketrans(
    {
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
        "\x7f": "\x7f",
        **{chr(0xDC80 + byte): "\\ufffd" for byte in range(0x80)},
    }
)


def marshal(value: Any, indent: int | None = None) -> str:
    """A value as JSON text without a line end.

    Args:
        value: of dicts, lists, tuples, strings, numbers, booleans and None.
        indent: spaces per level; None puts all on one line without spaces, as `Marshal` does.
    """
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return text.translate(_ESCAPED)


def sorted_map(members: Mapping[str, Any]) -> dict[str, Any]:
    """The same members in the order of a Go map: by the bytes of their names."""
    return {
        name: members[name]
        for name in sorted(members, key=lambda name: name.encode(errors="surrogateescape"))
    }
