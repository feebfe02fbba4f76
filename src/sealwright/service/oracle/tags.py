"""Tags that people put on things (Oracle, "Tagging Overview").

Free-form tags are texts under names that differ by case. Defined tags stand under a key of a namespace that
an administrator has made, whose names do not; a key may have a list of values, of which it has to have one. A
change of the tags of a thing replaces all of them.
"""

import re
from collections.abc import Mapping

import msgspec

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.service.oracle.queries import tag_definitions
from sealwright.service.storage import Database, Transaction

__all__ = ["NO_TAGS", "Defined", "Freeform", "Tags", "checked", "is_name", "kept", "replaced"]

Freeform = dict[str, str]
Defined = dict[str, dict[str, object]]

_NAME = re.compile(rf"[!-\-/-~]{{1,{limits.ORACLE_NAME_LENGTH}}}")
"""Printable ASCII but space and full stop."""


class Tags(msgspec.Struct, frozen=True):
    """The tags of a thing, as they are kept: JSON."""

    freeform: str
    defined: str


NO_TAGS = Tags("{}", "{}")


def is_name(text: str) -> bool:
    """Whether a namespace or a key can be called so."""
    return _NAME.fullmatch(text) is not None


def checked(source: Database | Transaction, freeform: Freeform | None, defined: Defined | None) -> Tags:
    """Tags that may be put on a thing.

    Args:
        source: where namespaces and keys are defined.
        freeform: as given; None for none.
        defined: as given; None for none.

    Raises:
        UsageError: `oracle.parameter-invalid`, `oracle.tag-undefined` or `oracle.tags-too-many`.
    """
    plain = _freeform(freeform or {})
    known = _defined(source, defined or {})
    if sum(map(len, known.values())) > limits.ORACLE_DEFINED_TAGS:
        raise UsageError("oracle.tags-too-many", what="defined tags", most=limits.ORACLE_DEFINED_TAGS)
    made = Tags(_encoded(plain), _encoded(known))
    _require_room(made)
    return made


def replaced(
    source: Database | Transaction,
    freeform_before: str,
    defined_before: str,
    freeform: Freeform | None,
    defined: Defined | None,
) -> Tags:
    """The tags of a thing after a change: those that are given replace all that were there.

    Args:
        source: where namespaces and keys are defined.
        freeform_before: as they are kept.
        defined_before: as they are kept.
        freeform: as given; None for no change.
        defined: as given; None for no change.

    Raises:
        UsageError: as `checked` does.
    """
    given = checked(source, freeform, defined)
    made = Tags(
        freeform_before if freeform is None else given.freeform,
        defined_before if defined is None else given.defined,
    )
    _require_room(made)
    return made


def kept(tags: str) -> msgspec.Raw:
    """Tags as they go into an answer."""
    return msgspec.Raw(tags.encode())


def _freeform(tags: Freeform) -> Freeform:
    if len(tags) > limits.ORACLE_FREEFORM_TAGS:
        raise UsageError("oracle.tags-too-many", what="free-form tags", most=limits.ORACLE_FREEFORM_TAGS)
    for name, value in tags.items():
        if not is_name(name):
            raise _unfit("freeformTags", f"{name[:50]!a} is no name of a tag")
        _require_value("freeformTags", name, value)
    return tags


def _defined(source: Database | Transaction, tags: Defined) -> Mapping[str, Mapping[str, object]]:
    """Defined tags, their namespaces and keys spelt as they were defined."""
    found: dict[str, dict[str, object]] = {}
    if sum(map(len, tags.values())) > limits.ORACLE_DEFINED_TAGS or len(tags) > limits.ORACLE_DEFINED_TAGS:
        raise UsageError("oracle.tags-too-many", what="defined tags", most=limits.ORACLE_DEFINED_TAGS)
    for name, members in tags.items():
        namespace = tag_definitions.namespace(source, name) if is_name(name) else None
        if namespace is None:
            raise UsageError("oracle.tag-undefined", tag=ascii(name[:100]))
        if namespace.name in found:
            raise _unfit("definedTags", f"the namespace {namespace.name} stands there twice")
        found[namespace.name] = _keys(namespace, members)
    return found


def _keys(namespace: tag_definitions.Namespace, members: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in members.items():
        key = namespace.keys.get(name.lower())
        if key is None:
            raise UsageError("oracle.tag-undefined", tag=ascii(f"{namespace.name}.{name}"[:200]))
        if key.name in found:
            raise _unfit("definedTags", f"{namespace.name}.{key.name} stands there twice")
        text = _text(value)
        if text is None:
            raise _unfit("definedTags", f"the value of {namespace.name}.{key.name} is no text")
        _require_value("definedTags", f"{namespace.name}.{key.name}", text)
        if key.choices and text not in key.choices:
            words = ", ".join(key.choices[:10])
            raise _unfit("definedTags", f"{namespace.name}.{key.name} may only be one of {words}")
        found[key.name] = value
    return found


def _text(value: object) -> str | None:
    """A value as text: what is no text is a number, or true or false."""
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode() if isinstance(value, bool | int | float) else None


def _require_value(parameter: str, name: str, value: str) -> None:
    if len(value) > limits.ORACLE_TAG_VALUE_LENGTH or "\0" in value:
        most = limits.ORACLE_TAG_VALUE_LENGTH
        raise _unfit(
            parameter, f"the value of {name[:100]!a} has more than {most} characters, or a zero byte"
        )


def _unfit(parameter: str, problem: str) -> UsageError:
    return UsageError("oracle.parameter-invalid", name=parameter, problem=problem)


def _require_room(tags: Tags) -> None:
    if len(tags.freeform.encode()) + len(tags.defined.encode()) > limits.ORACLE_TAG_BYTES:
        raise UsageError("oracle.tags-too-many", what="bytes of tags", most=limits.ORACLE_TAG_BYTES)


def _encoded(value: object) -> str:
    return msgspec.json.encode(value).decode()
