"""The requirements of a policy (containers-policy.json(5), "Policy requirements"), one kind after the other.

| type | members |
|---|---|
| `insecureAcceptAnything`, `reject` | none |
| `signedBy` | `keyType`; one of `keyPath`, `keyPaths`, `keyData`; `signedIdentity` |
| `signedBaseLayer` | `baseLayerIdentity`; no client implements it, and all refuse |
| `sigstoreSigned` | see `sigstore` |

Problems come in the order in which containers/image finds them, which stops at the first.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from sealwright.digest import Digest
from sealwright.evidence import Keyring
from sealwright.policy.containers import identities, sigstore
from sealwright.policy.containers.base64_text import decoded
from sealwright.policy.containers.typed import typed
from sealwright.policy.reading import Reading
from sealwright.rules import IdentityMatch
from sealwright.strict_json import Path

__all__ = ["GPG_KEYS", "PolicyRequirement", "read"]

GPG_KEYS = "GPGKeys"
"""The only type of keys that is implemented anywhere."""

_KEY_TYPES = (GPG_KEYS, "signedByGPGKeys", "X509Certificates", "signedByX509CAs")
_SOURCES = ("keyPath", "keyPaths", "keyData")
_SIGNED_BY = ("type", "keyType", *_SOURCES, "signedIdentity")


class PolicyRequirement(msgspec.Struct, frozen=True):
    """One requirement as written. `path` leads to it; line and column say where it starts.

    `key_type`, `keyring` and `identity` are there for `signedBy`. `members` are the names of all members
    that it has, those of objects in it after a dot.
    """

    kind: str
    path: Path
    line: int
    column: int
    key_type: str = ""
    keyring: Keyring = Keyring()
    identity: IdentityMatch = IdentityMatch()
    members: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What it asks for, in a few words of the policy, by which it can be told from any other."""
        if self.kind != "signedBy":
            return self.kind
        match = self.identity
        keys = [f"keyPath {file}" for file in self.keyring.files]
        keys += [f"keyData (SHA-256 {Digest.of(key).encoded[:8]})" for key in self.keyring.inline]
        kind = "" if self.key_type == GPG_KEYS else f" {self.key_type}"
        names = " ".join(filter(None, (match.name, match.prefix, match.signed_prefix)))
        return f"signedBy{kind} {', '.join(keys)}, {match.kind}{names and f' {names}'}"


def read(reading: Reading, value: object, path: Path) -> PolicyRequirement | None:
    """One requirement; None after a problem that leaves nothing of it.

    Args:
        reading: takes the problems.
        value: as it was read.
        path: where it stands.
    """
    found = typed(reading, value, path, "requirement", tuple(_READERS))
    if found is None:
        return None
    line, column = reading.places.value(path)
    made = PolicyRequirement(found.kind, path, line, column, members=_names(found.members))
    return _READERS[found.kind](reading, found.members, made)


def _names(members: Mapping[str, object], prefix: str = "") -> tuple[str, ...]:
    found: list[str] = []
    for name, value in members.items():
        found.append(prefix + name)
        if isinstance(value, dict):
            found += _names(value, f"{prefix}{name}.")
    return tuple(found)


def _plain(reading: Reading, members: Mapping[str, object], made: PolicyRequirement) -> PolicyRequirement:
    for name, _ in reading.each(members, made.path):
        if name != "type":
            reading.unknown("containers.unknown-member", (*made.path, name), name, ("type",))
    return made


def _signed_by(reading: Reading, members: Mapping[str, object], made: PolicyRequirement) -> PolicyRequirement:
    path, key_type, keyring, identity = made.path, "", Keyring(), IdentityMatch()
    for name, value in reading.each(members, path):
        at = (*path, name)
        if name == "keyType":
            key_type = _key_type(reading, value, at)
        elif name in _SOURCES:
            keyring = _keyring(reading, value, at)
        elif name not in _SIGNED_BY:
            reading.unknown("containers.unknown-member", at, name, _SIGNED_BY)
    if "signedIdentity" in members:
        identity = identities.read(reading, members["signedIdentity"], (*path, "signedIdentity"))
    there = [name for name in _SOURCES if name in members]
    if len(there) != 1:
        code = "containers.several-of-one" if there else "containers.none-of-one"
        reading.problem(code, path, what="signedBy", names=_listed(_SOURCES), there=_listed(there))
    elif "keyType" not in members:
        reading.problem("containers.key-type-missing", path)
    elif _is_nothing(there[0], members[there[0]]):
        reading.problem("containers.nothing-named", (*path, there[0]), what="signedBy", name=there[0])
    return msgspec.structs.replace(made, key_type=key_type, keyring=keyring, identity=identity)


def _keyring(reading: Reading, value: object, path: Path) -> Keyring:
    if path[-1] == "keyData":
        content = decoded(reading, value, path)
        return Keyring(inline=() if content is None else (content,))
    if path[-1] == "keyPaths":
        return Keyring(reading.texts(value, path))
    file = reading.text(value, path)
    return Keyring((file,) if file else ())


def _is_nothing(name: str, value: object) -> bool:
    """Whether a member names no key in the eyes of containers/image; an empty list or text does, of data."""
    return value is None or (name == "keyPath" and value == "")


def _key_type(reading: Reading, value: object, path: Path) -> str:
    word = reading.text(value, path)
    if (value is None or isinstance(value, str)) and word not in _KEY_TYPES:
        reading.unknown("containers.key-type-unknown", path, word, _KEY_TYPES)
    return word


def _listed(names: Sequence[str]) -> str:
    *first, last = names or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def _signed_base_layer(
    reading: Reading, members: Mapping[str, object], made: PolicyRequirement
) -> PolicyRequirement:
    path, name = made.path, "baseLayerIdentity"
    for found, _ in reading.each(members, path):
        if found not in ("type", name):
            reading.unknown("containers.unknown-member", (*path, found), found, ("type", name))
    if name not in members:
        reading.problem("containers.member-missing", path, what=made.kind, name=name)
        return made
    identity = identities.read(reading, members[name], (*path, name))
    return msgspec.structs.replace(made, identity=identity)


def _sigstore_signed(
    reading: Reading, members: Mapping[str, object], made: PolicyRequirement
) -> PolicyRequirement:
    return msgspec.structs.replace(made, identity=sigstore.read(reading, members, made.path))


_READERS: Mapping[str, Callable[[Reading, Mapping[str, object], PolicyRequirement], PolicyRequirement]] = {
    "insecureAcceptAnything": _plain,
    "reject": _plain,
    "signedBy": _signed_by,
    "signedBaseLayer": _signed_base_layer,
    "sigstoreSigned": _sigstore_signed,
}
