"""What a statement asks for: a key, or keys put together.

| members | met by |
|---|---|
| `key`, and if wanted `vault`, `versions` | a signature by that key, in one of those versions |
| `any`: keys | a signature by one of them |
| `atLeast`: a number, `of`: keys | signatures by so many different ones of them |
| `all`: any of these | signatures that meet each |

A list that is empty is met by nothing, where Oracle's own service lets everything pass.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from sealwright.formats.kms.ocid import is_ocid
from sealwright.policy.reading import Reading
from sealwright.strict_json import Path

__all__ = ["Group", "NamedKey", "Wanted", "keys_of", "read"]

_KEY = ("key", "vault", "versions")
_KINDS = ("key", "any", "all", "atLeast")


class NamedKey(msgspec.Struct, frozen=True):
    """A key by name or identifier, if wanted of one vault, and the versions that count; none: all of them."""

    key: str
    vault: str
    versions: tuple[str, ...]
    line: int

    @property
    def words(self) -> str:
        """For people."""
        vault = f" of the vault {self.vault}" if self.vault else ""
        versions = f", version {' or '.join(self.versions)}" if self.versions else ""
        return f"the key {self.key}{vault}{versions}"


class Group(msgspec.Struct, frozen=True):
    """Keys, or for `all` also groups, put together. `count` is that of `atLeast`; for `any` it is 1."""

    kind: Literal["any", "all", "atLeast"]
    count: int
    of: tuple["Wanted", ...]
    line: int

    @property
    def words(self) -> str:
        """For people."""
        if not self.of:
            return "a key of an empty list, which is nobody"
        if self.kind == "all":
            return f"all of these {len(self.of)}"
        return f"{self.count} of these {len(self.of)} keys"


Wanted = NamedKey | Group


def keys_of(wanted: Wanted) -> Iterator[NamedKey]:
    """All keys in it, in their order, each as often as it is named.

    Args:
        wanted: a whole requirement.
    """
    if isinstance(wanted, NamedKey):
        yield wanted
        return
    for one in wanted.of:
        yield from keys_of(one)


def read(reading: Reading, value: object, path: Path, name: str) -> Wanted:
    """Read a requirement; after a problem, one that is met by nothing.

    Args:
        reading: takes the problems.
        value: as it stands there.
        path: where it stands.
        name: of the statement.
    """
    line = reading.places.value(path).line
    there = [kind for kind in _KINDS if isinstance(value, dict) and kind in value]
    if isinstance(value, dict) and len(there) != 1:
        reading.problem("policy.vault-requirement", path, name=name, known=", ".join(_KINDS))
        return Group("any", 1, (), line)
    kind = there[0] if there else "key"
    known = {"key": _KEY, "atLeast": ("atLeast", "of")}.get(kind, (kind,))
    members = reading.members(value, path, known)
    if kind == "key":
        return _key(reading, members.get("key"), members, path, name)
    if kind == "all":
        found = reading.items(members["all"], (*path, "all"))
        parts = (read(reading, one, (*path, "all", index), name) for index, one in enumerate(found))
        return Group("all", 0, tuple(parts), line)
    listed = "any" if kind == "any" else "of"
    of = _keys(reading, members.get(listed), (*path, listed), name)
    if kind == "any":
        return Group("any", 1, of, line)
    count = members["atLeast"]
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= len(of):
        reading.problem("policy.vault-count", (*path, "atLeast"), name=name, keys=len(of))
        count = 1
    return Group("atLeast", count, of, line)


def _keys(reading: Reading, value: object, path: Path, name: str) -> tuple[NamedKey, ...]:
    found: list[NamedKey] = []
    for index, one in enumerate(reading.items(value, path)):
        at = (*path, index)
        members = reading.members(one, at, _KEY)
        key = _key(reading, members.get("key"), members, at, name)
        if any((key.key, key.vault) == (other.key, other.vault) for other in found):
            reading.problem("policy.vault-key-repeated", at, name=name, key=key.key)
        found.append(key)
    return tuple(found)


def _key(reading: Reading, value: object, members: object, path: Path, name: str) -> NamedKey:
    assert isinstance(members, dict)  # noqa: S101  # from Reading.members
    key = reading.text(value, (*path, "key"))
    if not key:
        reading.problem("policy.vault-key-missing", path, name=name)
    elif key.startswith("ocid1.") and not is_ocid(key, "key"):
        reading.problem("policy.vault-key-invalid", (*path, "key"), name=name, key=key)
    versions = tuple(
        _version(reading, one, (*path, "versions", index), name)
        for index, one in enumerate(reading.items(members.get("versions"), (*path, "versions")))
    )
    if members.get("versions") == []:
        reading.problem("policy.vault-versions-empty", (*path, "versions"), name=name, key=key)
    vault = reading.text(members.get("vault"), (*path, "vault"))
    return NamedKey(key, vault, versions, reading.places.value(path).line)


def _version(reading: Reading, value: object, path: Path, name: str) -> str:
    number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    if not number and not (isinstance(value, str) and is_ocid(value, "keyversion")):
        reading.problem("policy.vault-version", path, name=name)
    return str(value)
