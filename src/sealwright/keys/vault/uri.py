"""URIs of keys in a vault: `vault:[HOST[:PORT]/][VAULT/]KEY[@VERSION]`.

1. The first part is a host if it holds a `.` or `:` and is no identifier, or is `localhost`, and something
   follows it; else the service is the one that the settings name.
2. VAULT and KEY are names or identifiers (OCIDs). In a name, `/`, `@`, `%` and what is not printable ASCII
   are written as `%` and two hexadecimal digits; a blank may be.
3. VERSION is a number, counted from 1, or the identifier of a version; without it, the current one is meant.
"""

import re
from urllib.parse import quote, unquote

import msgspec

from sealwright import limits
from sealwright.errors import KeyUnavailableError, UsageError
from sealwright.formats.kms.ocid import is_ocid
from sealwright.reference import Reference

__all__ = ["SCHEME", "KeyUri", "VaultName", "host_of", "parse", "parse_vault"]

SCHEME = "vault"

_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_SAFE = " !$&'()*+,;=:~"


class VaultName(msgspec.Struct, frozen=True):
    """A vault, as somebody called it. `host` is empty for the service that the settings name."""

    host: str
    vault: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.host, _written(self.vault)) if part)


class KeyUri(msgspec.Struct, frozen=True):
    """A key in a vault, as somebody called it.

    Attributes:
        key: its name or identifier.
        host: of the service; empty: the one that the settings name.
        vault: its name or identifier; empty: any.
        version: a number or an identifier; empty: the current one.
    """

    key: str
    host: str = ""
    vault: str = ""
    version: str = ""

    @property
    def words(self) -> str:
        """The URI without its scheme, as people type it after commands."""
        names = (self.host, _written(self.vault), _written(self.key))
        return "/".join(part for part in names if part) + (f"@{self.version}" if self.version else "")

    def __str__(self) -> str:
        return f"{SCHEME}:{self.words}"


def parse(text: str) -> KeyUri:
    """Read the URI of a key.

    Args:
        text: with or without `vault:`.

    Raises:
        KeyUnavailableError: `key.vault-uri`.
    """
    rest, _, version = _readable(text).partition("@")
    host, parts = _split(rest)
    if len(parts) > 2:  # noqa: PLR2004  # vault and key
        raise _wrong("there are more parts in it than a host, a vault and a key")
    if version and not (_NUMBER.fullmatch(version) or is_ocid(version, "keyversion")):
        raise _wrong("what follows @ is neither a number nor the identifier of a version")
    if not version and "@" in text:
        raise _wrong("nothing follows @")
    *vault, key = map(_name, parts)
    return KeyUri(key, host, vault[0] if vault else "", version)


def parse_vault(text: str) -> VaultName:
    """Read the name of a vault: `[HOST[:PORT]/]VAULT`, with or without `vault:`.

    Raises:
        KeyUnavailableError: `key.vault-uri`.
    """
    host, parts = _split(_readable(text))
    if len(parts) > 1:
        raise _wrong("there are more parts in it than a host and a vault")
    return VaultName(host, _name(parts[0]))


def host_of(text: str) -> str:
    """Give the host of a service back, as somebody typed it in a setting or after a flag.

    Raises:
        KeyUnavailableError: `key.vault-uri`.
    """
    try:
        found = Reference.parse(f"{text}/any").domain
    except UsageError:
        found = ""
    if not found or found != text:
        raise _wrong(f"{text[:100]!r} is no host name")
    return found


def _readable(text: str) -> str:
    rest = text.removeprefix(f"{SCHEME}:")
    if len(text) > limits.VAULT_URI_LENGTH:
        raise _wrong(f"it is longer than {limits.VAULT_URI_LENGTH} characters")
    if not rest:
        raise _wrong("it names no key")
    if not (rest.isascii() and rest.isprintable()):
        raise _wrong("it holds more than printable ASCII")
    return rest


def _split(rest: str) -> tuple[str, list[str]]:
    """Host and the parts after it, each still encoded."""
    first, *others = rest.split("/")
    if others and (first == "localhost" or ((set(first) & set(".:")) and not is_ocid(first))):
        return host_of(first), others
    return "", [first, *others]


def _name(part: str) -> str:
    if _ENCODED.search(part):
        raise _wrong("a % stands in it that two hexadecimal digits do not follow")
    try:
        name = unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise _wrong("a name in it is not UTF-8") from None
    if not name or not name.isprintable():
        raise _wrong("a name in it is empty or cannot be printed")
    return name


def _written(name: str) -> str:
    return quote(name, safe=_SAFE)


def _wrong(problem: str) -> KeyUnavailableError:
    return KeyUnavailableError("key.vault-uri", problem=problem)
