"""notation's `signingkeys.json`: names of keys, where they live, and which one is the default.

    {"default": "name",
     "keys": [{"name", "keyPath", "certPath"} | {"name", "id", "pluginName", "pluginConfig"}]}

Written back byte for byte as notation does, with four spaces of indent and mode 0600; members that neither
program knows are kept after the others.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec

from sealwright.errors import DocumentError, KeyUnavailableError
from sealwright.homes import documents, files

__all__ = ["KeyEntry", "SigningKeys", "read", "write"]

FILE = "signingkeys.json"
_ESCAPED = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}
"""What Go's encoding/json escapes beside what JSON asks for."""


class KeyEntry(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One key: local files (`key_path`, `cert_path`), or a key that a plugin or provider reaches by `id`."""

    name: str
    key_path: str = ""
    cert_path: str = ""
    id: str = ""
    plugin_name: str = ""
    plugin_config: Mapping[str, str] = {}


class SigningKeys(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole file. `default` is the name of a key, or None."""

    default: str | None = None
    keys: tuple[KeyEntry, ...] = ()

    def entry(self, name: str = "") -> KeyEntry:
        """The key of that name, or the default key if no name is given.

        Raises:
            KeyUnavailableError: `key.unknown` or `key.no-default`.
        """
        wanted = name or self.default
        if not wanted:
            raise KeyUnavailableError("key.no-default")
        for entry in self.keys:
            if entry.name == wanted:
                return entry
        known = ", ".join(entry.name for entry in self.keys) or "none"
        raise KeyUnavailableError("key.unknown", name=wanted, known=known)

    def with_key(self, entry: KeyEntry, *, default: bool) -> "SigningKeys":
        """These keys and one more.

        Raises:
            KeyUnavailableError: `key.name-taken`.
        """
        if any(known.name == entry.name for known in self.keys):
            raise KeyUnavailableError("key.name-taken", name=entry.name)
        return SigningKeys(entry.name if default else self.default, (*self.keys, entry))

    def without_key(self, name: str) -> "SigningKeys":
        """These keys but one; the default goes with it.

        Raises:
            KeyUnavailableError: `key.unknown`.
        """
        gone = self.entry(name)
        default = None if self.default == name else self.default
        return SigningKeys(default, tuple(key for key in self.keys if key is not gone))

    def with_default(self, name: str) -> "SigningKeys":
        """The same keys with another default.

        Raises:
            KeyUnavailableError: `key.unknown`.
        """
        return SigningKeys(self.entry(name).name, self.keys)


def read(folder: Path) -> SigningKeys:
    """The keys; none if there is no file.

    Args:
        folder: notation's folder.

    Raises:
        DocumentError: `document.malformed`, `document.key-name-repeated`, `document.default-key-missing`.
        StorageError: the file cannot be read.
    """
    path = folder / FILE
    keys = documents.shaped(path, documents.members(path), SigningKeys)
    names = [entry.name for entry in keys.keys]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise DocumentError("document.key-name-repeated", file=str(path), name=repeated)
    if keys.default and keys.default not in names:
        raise DocumentError("document.default-key-missing", file=str(path), name=keys.default)
    return keys


def write(folder: Path, keys: SigningKeys) -> None:
    """Replace the file at once; what it held beyond the known members stays.

    Raises:
        DocumentError: the file there cannot be read, so nothing is overwritten.
        StorageError: it cannot be written.
    """
    path = folder / FILE
    found = documents.members(path)
    documents.shaped(path, found, SigningKeys)
    listed = cast("list[dict[str, object]]", found.get("keys") or [])
    before = {entry["name"]: entry for entry in listed}
    entries = [{**before.get(entry.name, {}), **msgspec.to_builtins(entry)} for entry in keys.keys]
    known = {"default": keys.default, "keys": entries} if keys.default is not None else {"keys": entries}
    more = {name: value for name, value in found.items() if name not in ("default", "keys")}
    text = json.dumps({**known, **more}, indent=4, ensure_ascii=False).translate(_ESCAPED)
    files.write(path, f"{text}\n".encode(), files.PRIVATE)
