"""What requests of `/api/v1` about vaults and keys ask for, read from their bodies and queries."""

import datetime as dt
import re
from typing import Annotated, Literal, TypeVar

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import UsageError
from sealwright.service.vault.queries.listings import KeyFilter, Page, VaultFilter
from sealwright.service.vault.records import Imported, KeyShape, Tags
from sealwright.service.web.asked import Asked

__all__ = [
    "Certificates",
    "Change",
    "Deletion",
    "KeyOrder",
    "Rotation",
    "RuleOrder",
    "SignOrder",
    "VaultOrder",
    "VerifyOrder",
    "key_filter",
    "page",
    "read",
    "vault_filter",
    "version_named",
]

T = TypeVar("T", bound=msgspec.Struct)

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_LARGEST = 2**31
_NONE = msgspec.Raw(b"null")


class _Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The base of all."""


class VaultOrder(_Order, frozen=True):
    """A vault to be made."""

    name: str
    compartment: str = ""
    kind: str = "DEFAULT"
    tags: Tags = Tags()


class KeyOrder(_Order, frozen=True):
    """A key to be made, or, with the last two, to be brought in. `rules` are of approval, as a document."""

    name: str
    algorithm: Literal["RSA", "ECDSA", "AES", "ED25519"]
    bits: int = 256
    protection: str = ""
    compartment: str = ""
    rules: msgspec.Raw = _NONE
    tags: Tags = Tags()
    key_material: bytes = b""
    wrapping_algorithm: Literal["", "RSA_OAEP_SHA256", "RSA_OAEP_AES_SHA256"] = ""

    @property
    def shape(self) -> KeyShape:
        """What kind of key."""
        return KeyShape(self.algorithm, self.bits)

    @property
    def rules_given(self) -> bytes | None:
        """The rules as a document, if there are any."""
        return _document(self.rules)

    @property
    def imported(self) -> Imported:
        """What is brought in.

        Raises:
            UsageError: `vault.order-invalid`.
        """
        return _imported(self.key_material, self.wrapping_algorithm)


class Rotation(_Order, frozen=True):
    """A version to be made, or to be brought in."""

    key_material: bytes = b""
    wrapping_algorithm: Literal["", "RSA_OAEP_SHA256", "RSA_OAEP_AES_SHA256"] = ""

    @property
    def imported(self) -> Imported | None:
        """What is brought in, if anything; raises as for a key."""
        if not self.key_material and not self.wrapping_algorithm:
            return None
        return _imported(self.key_material, self.wrapping_algorithm)


class Change(_Order, frozen=True):
    """What of a vault or key is to be another; None: as it is."""

    name: str | None = None
    compartment: str | None = None
    tags: Tags | None = None


class Deletion(_Order, frozen=True):
    """When a deletion is due; None: as late as can be."""

    at: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None

    @property
    def moment(self) -> int | None:
        """The same in microseconds since 1970."""
        return None if self.at is None else (self.at - _EPOCH) // _MICROSECOND


class RuleOrder(_Order, frozen=True):
    """What a rule may cover: the approval, and the rules that a key is to have from now on."""

    approval: str = ""
    rules: msgspec.Raw = _NONE

    @property
    def rules_given(self) -> bytes | None:
        """The rules as a document, if there are any."""
        return _document(self.rules)


class Certificates(_Order, frozen=True):
    """The certificates of a version in PEM, the leaf first."""

    certificates: str


class SignOrder(_Order, frozen=True):
    """What is to be signed; `version` is a number or an OCID."""

    message: bytes
    algorithm: str
    digested: bool = False
    version: str | int | None = None
    approval: str = ""


class VerifyOrder(_Order, frozen=True):
    """What is to be verified."""

    message: bytes
    algorithm: str
    signature: bytes
    digested: bool = False
    version: str | int | None = None


async def read(asked: Asked, kind: type[T]) -> T:
    """The body as an order; none is an empty one.

    Raises:
        UsageError: `vault.order-invalid`.
        MalformedContentError: `service.body-too-large`.
    """
    content = await asked.body.read(limits.VAULT_BODY_BYTES, "service.body-too-large")
    try:
        strict_json.loads(content or b"{}", limits.VAULT_BODY_BYTES)  # names that stand twice, and depth
        return msgspec.json.decode(content or b"{}", type=kind)
    except (strict_json.JsonError, msgspec.DecodeError) as error:
        raise UsageError("vault.order-invalid", problem=str(error)) from None


def version_named(text: str | int | None) -> str | int | None:
    """A version as it is named: by number, or by identifier; empty or None: the current one.

    Raises:
        UsageError: `vault.order-invalid`.
    """
    if isinstance(text, int):
        if not 0 < text < _LARGEST:
            raise UsageError("vault.order-invalid", problem="versions are counted from 1")
        return text
    if text and _NUMBER.fullmatch(text):
        return int(text)
    return text or None


def page(asked: Asked) -> Page:
    """Which page of a listing: `n`, `last`, `sort` (`created` or `name`) and `order` (`up` or `down`).

    Raises:
        UsageError: `service.page-invalid`, `service.filter-invalid`.
    """
    sort = _one_of(asked, "sort", ("created", "name"))
    return Page(
        after=_text(asked, "last"),
        most=asked.page_length(limits.VAULT_PAGE, 1),
        sort="name" if sort == "name" else "created",
        descending=_one_of(asked, "order", ("up", "down")) == "down",
    )


def vault_filter(asked: Asked) -> VaultFilter:
    """Which vaults: `name`, `compartment`."""
    return VaultFilter(_text(asked, "name"), asked.query("compartment"))


def key_filter(asked: Asked) -> KeyFilter:
    """Which keys: `name`, `compartment`, `algorithm`, `bits`, `protection`, `state`.

    Raises:
        UsageError: `service.filter-invalid`.
    """
    bits = _text(asked, "bits")
    if bits and not _NUMBER.fullmatch(bits):
        raise _invalid("bits", "a number", bits)
    return KeyFilter(
        name=_text(asked, "name"),
        compartment=asked.query("compartment"),
        algorithm=_text(asked, "algorithm"),
        bits=int(bits or 0),
        protection=_text(asked, "protection"),
        state=_text(asked, "state"),
    )


def _imported(wrapped: bytes, algorithm: str) -> Imported:
    match algorithm:
        case "RSA_OAEP_SHA256" | "RSA_OAEP_AES_SHA256":
            return Imported(wrapped, algorithm)
        case _:
            raise UsageError("vault.order-invalid", problem="wrappingAlgorithm is missing")


def _document(raw: msgspec.Raw) -> bytes | None:
    content = bytes(raw).strip()
    return None if content == bytes(_NONE) else content


def _text(asked: Asked, name: str) -> str:
    return asked.query(name) or ""


def _one_of(asked: Asked, name: str, known: tuple[str, ...]) -> str:
    text = asked.query(name) or known[0]
    if text not in known:
        raise _invalid(name, f"one of {', '.join(known)}", text)
    return text


def _invalid(name: str, wanted: str, value: str) -> UsageError:
    return UsageError("service.filter-invalid", name=name, wanted=wanted, value=ascii(value[:100]))
