"""PKCS #11 URIs: which token, which object on it, by which module, and where the PIN is.

Source: RFC 7512, sections 2.3 (grammar), 2.4 (attributes) and 3 (matching).

    pkcs11:token=signing;object=build;id=%01%02?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/pin

Rules, where the RFC leaves a choice:

1. An attribute that is unknown or stands twice is refused; query attributes of vendors (`x-…`) are ignored.
2. What has to be percent-encoded and is not is refused, as is a `%` without two digits after it.
3. `pin-value` is refused: a key's URI stands in lists of processes, in `signingkeys.json` and in logs.
4. `pin-source` is a file (`file:/path`, or an absolute path); a command (`|…`) is refused.

No message repeats the URI, which may hold a secret in spite of rule 3.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, unquote_to_bytes

import msgspec

from sealwright import limits
from sealwright.errors import KeyUnavailableError

__all__ = ["SCHEME", "TokenUri", "parse"]

SCHEME = "pkcs11"

_TEXTS = (
    "token",
    "manufacturer",
    "serial",
    "model",
    "library-manufacturer",
    "library-description",
    "slot-manufacturer",
    "slot-description",
    "object",
)
"""Path attributes whose value is text in UTF-8."""

_PATH = frozenset({*_TEXTS, "library-version", "slot-id", "type", "id"})
_QUERY = frozenset({"module-path", "module-name", "pin-source", "pin-value"})
_TYPES = ("public", "private", "cert", "secret-key", "data")

_ENCODED = r"(?:[A-Za-z0-9\-._~:\[\]@!$'()*+,={more}]|%[0-9A-Fa-f]{{2}})*"
_PATH_VALUE = re.compile(_ENCODED.format(more="&"))
_QUERY_VALUE = re.compile(_ENCODED.format(more="/?|"))
_VERSION = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?")
_NUMBER = re.compile(r"[0-9]{1,20}")
_VENDOR = "x-"
_SAFE = re.compile(rb"[A-Za-z0-9\-._~:\[\]@!$'()*+,]")
_SAFE_IN_QUERY = re.compile(rb"[A-Za-z0-9\-._~:\[\]@!$'()*+,/]")


class TokenUri(msgspec.Struct, frozen=True, kw_only=True):
    """What a URI says, decoded; an attribute that it does not have is empty, or None.

    `library_version` is major and minor. `id` is CKA_ID, `type` one of the RFC's five words. `module_path`,
    `module_name` and `pin_source` are those of the query, the last a path.
    """

    token: str = ""
    manufacturer: str = ""
    serial: str = ""
    model: str = ""
    library_manufacturer: str = ""
    library_description: str = ""
    library_version: tuple[int, int] | None = None
    slot_manufacturer: str = ""
    slot_description: str = ""
    slot_id: int | None = None
    object: str = ""
    type: str = ""
    id: bytes = b""
    module_path: str = ""
    module_name: str = ""
    pin_source: str = ""

    @property
    def names_token(self) -> bool:
        """Whether it says which token is meant, and does not leave it to what happens to be there."""
        return bool(self.token or self.serial or self.slot_id is not None)

    @property
    def names_object(self) -> bool:
        """Whether it says which object is meant."""
        return bool(self.object or self.id)

    @property
    def token_words(self) -> str:
        """The token that is meant, as its part of the URI; never what is in the query."""
        return ";".join(self._path(without=("object", "type", "id"))) or "any token"

    @property
    def object_words(self) -> str:
        """The object that is meant, in the same way."""
        return ";".join(self._path(only=("object", "id"))) or "any key"

    @property
    def text(self) -> str:
        """The URI in its one normal form: attributes in the order of the RFC, only encoded what has to be."""
        query = [
            f"{name}={_encoded(value.encode(), _SAFE_IN_QUERY)}"
            for name, value in (
                ("pin-source", f"file:{self.pin_source}" if self.pin_source else ""),
                ("module-name", self.module_name),
                ("module-path", self.module_path),
            )
            if value
        ]
        return f"{SCHEME}:{';'.join(self._path())}{'?' if query else ''}{'&'.join(query)}"

    def _path(self, only: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> Iterator[str]:
        version = self.library_version
        pairs = (
            *((name, getattr(self, name.replace("-", "_")).encode()) for name in _TEXTS),
            ("library-version", b"" if version is None else b"%d.%d" % version),
            ("slot-id", b"" if self.slot_id is None else b"%d" % self.slot_id),
            ("type", self.type.encode()),
        )
        for name, value in pairs:
            if value and name not in without and (not only or name in only):
                yield f"{name}={_encoded(value, _SAFE)}"
        if self.id and "id" not in without:
            yield f"id={''.join(f'%{byte:02X}' for byte in self.id)}"


def parse(text: str) -> TokenUri:
    """Read a URI.

    Args:
        text: all of it, with `pkcs11:`.

    Raises:
        KeyUnavailableError: `key.pkcs11-uri`, `key.pkcs11-pin-value`, `key.pkcs11-pin-source`.
    """
    scheme, colon, rest = text.partition(":")
    if scheme != SCHEME or not colon:
        raise _wrong("it does not begin with pkcs11:")
    if len(text) > limits.PKCS11_URI_LENGTH:
        raise _wrong(f"it is longer than {limits.PKCS11_URI_LENGTH} characters")
    path, _, query = rest.partition("?")
    found = _attributes(path, ";", _PATH, _PATH_VALUE)
    asked = _attributes(query, "&", _QUERY, _QUERY_VALUE)
    if "pin-value" in asked:
        raise KeyUnavailableError("key.pkcs11-pin-value")
    return TokenUri(
        **{name.replace("-", "_"): _text(name, found[name]) for name in _TEXTS if name in found},
        library_version=_version(found.get("library-version")),
        slot_id=_number(found.get("slot-id")),
        type=_type(found.get("type", "")),
        id=_id(found.get("id", "")),
        module_path=_path(_text("module-path", asked.get("module-path", ""))),
        module_name=_module_name(_text("module-name", asked.get("module-name", ""))),
        pin_source=_pin_source(_text("pin-source", asked.get("pin-source", ""))),
    )


def _attributes(part: str, mark: str, known: frozenset[str], value: re.Pattern[str]) -> Mapping[str, str]:
    """The attributes of one half, each still encoded."""
    found: dict[str, str] = {}
    for piece in part.split(mark) if part else ():
        name, equals, content = piece.partition("=")
        if mark == "&" and name.startswith(_VENDOR):
            continue
        if not equals:
            raise _wrong("something stands in it that is not NAME=VALUE")
        if name not in known:
            shown = name if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name) else "?"
            raise _wrong(f"{shown!r} is no attribute that can stand there")
        if name in found:
            raise _wrong(f"the attribute {name} stands twice")
        if not content:
            raise _wrong(f"the attribute {name} has no value")
        if not value.fullmatch(content):
            raise _wrong(f"in the value of {name}, something is not percent-encoded that has to be")
        found[name] = content
    return found


def _text(name: str, value: str) -> str:
    try:
        text = unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise _wrong(f"the value of {name} is not UTF-8") from None
    if "\0" in text:
        raise _wrong(f"the value of {name} has a zero byte")
    return text


def _id(value: str) -> bytes:
    found = unquote_to_bytes(value)
    if len(found) > limits.PKCS11_ID_BYTES:
        raise _wrong(f"the value of id has over {limits.PKCS11_ID_BYTES} bytes")
    return found


def _version(value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    match = _VERSION.fullmatch(value)
    if match is None:
        raise _wrong("the value of library-version is not MAJOR.MINOR")
    return int(match[1]), int(match[2] or 0)


def _number(value: str | None) -> int | None:
    if value is None:
        return None
    if not _NUMBER.fullmatch(value):
        raise _wrong("the value of slot-id is no number")
    return int(value)


def _type(value: str) -> str:
    if value and value not in _TYPES:
        raise _wrong(f"the value of type is none of {', '.join(_TYPES)}")
    return value


def _path(value: str) -> str:
    if value and not value.startswith("/"):
        raise _wrong("module-path is not an absolute path")
    return value


def _module_name(value: str) -> str:
    if "/" in value or value.startswith("."):
        raise _wrong("module-name is a path")
    return value


def _pin_source(value: str) -> str:
    """The path of the file with the PIN: RFC 8089, sections 2 and B, without a host."""
    if not value:
        return ""
    path = value.removeprefix("file:")
    if path.startswith("//"):
        path = path.removeprefix("//").removeprefix("localhost")
    if not path.startswith("/") or path.startswith("//"):
        raise KeyUnavailableError("key.pkcs11-pin-source")
    return path


def _encoded(value: bytes, safe: re.Pattern[bytes]) -> str:
    return "".join(chr(byte) if safe.match(bytes([byte])) else f"%{byte:02X}" for byte in value)


def _wrong(problem: str) -> KeyUnavailableError:
    return KeyUnavailableError("key.pkcs11-uri", problem=problem)
