"""Objects that say by their member `type` what they are."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sealwright.policy.reading import Reading
from sealwright.strict_json import Path

__all__ = ["Typed", "typed"]


_WANTED = {
    "requirement": 'a requirement such as {"type": "reject"}',
    "identity": 'an identity such as {"type": "matchRepository"}',
}


class Typed(NamedTuple):
    """An object of a known type."""

    kind: str
    members: Mapping[str, object]


def typed(reading: Reading, value: object, path: Path, what: str, kinds: Collection[str]) -> Typed | None:
    """The type of an object; None after a problem.

    As in containers/image, `Type` names the type as well as `type` does, and is unknown afterwards.

    Args:
        reading: takes the problems.
        value: as it was read.
        path: where it stands.
        what: `requirement` or `identity`, as in the reason code for unknown types.
        kinds: the known types.
    """
    if value is not None and not isinstance(value, dict):
        reading.wrong_type(value, path, _WANTED[what])
        return None
    members: Mapping[str, object] = value or {}
    word: object = None
    for name, member in members.items():
        if name.lower() == "type" and member is not None:
            word = member
            if not isinstance(word, str):
                reading.wrong_type(word, (*path, name), "the name of a type")
                return None
    if word not in kinds:
        reading.unknown(f"containers.{what}-unknown", (*path, "type"), str(word or ""), kinds)
        return None
    return Typed(str(word), members)
