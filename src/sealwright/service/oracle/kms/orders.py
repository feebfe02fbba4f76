"""What clients send: bodies, and the parameters of lists."""

import base64
import binascii
import datetime as dt
from typing import Annotated, Literal

import msgspec

from sealwright.errors import UsageError
from sealwright.service.oracle.wire import Call
from sealwright.service.vault.queries.listings import Page
from sealwright.service.vault.records import Imported, KeyShape

__all__ = [
    "CreateKey",
    "CreateVault",
    "ImportKey",
    "ImportVersion",
    "MoveTo",
    "Schedule",
    "Sign",
    "Update",
    "Verify",
    "bits_of",
    "decoded",
    "listing",
    "require_no_rotation",
    "shape_of",
]

DefinedTags = dict[str, dict[str, object]]
FreeformTags = dict[str, str]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
MessageType = Literal["RAW", "DIGEST"]

_BITS = {
    "RSA": {256: 2048, 384: 3072, 512: 4096},
    "ECDSA": {32: 256, 48: 384, 66: 521},
    "AES": {16: 128, 24: 192, 32: 256},
}
_CURVE_BITS = {"NIST_P256": 256, "NIST_P384": 384, "NIST_P521": 521}
_SECOND = 1_000_000


class _Body(msgspec.Struct, frozen=True, rename="camel"):
    """A body; members that it has besides are passed over, as Oracle does."""


class CreateVault(_Body, frozen=True):
    """A vault."""

    compartment_id: str
    display_name: Name
    vault_type: Literal["DEFAULT", "VIRTUAL_PRIVATE", "EXTERNAL"]
    freeform_tags: FreeformTags | None = None
    defined_tags: DefinedTags | None = None


class Update(_Body, frozen=True):
    """What is to be another of a vault or key; None: as it is."""

    display_name: Name | None = None
    freeform_tags: FreeformTags | None = None
    defined_tags: DefinedTags | None = None
    is_auto_rotation_enabled: bool | None = None


class MoveTo(_Body, frozen=True):
    """The compartment to move to."""

    compartment_id: str


class Schedule(_Body, frozen=True):
    """When to delete; None: as late as can be."""

    time_of_deletion: str | None = None

    @property
    def at(self) -> int | None:
        """The time in microseconds since 1970.

        Raises:
            UsageError: `oracle.parameter-invalid`.
        """
        if self.time_of_deletion is None:
            return None
        try:
            found = dt.datetime.fromisoformat(self.time_of_deletion)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            problem = "it is no time as RFC 3339 has it, with its zone"
            raise UsageError("oracle.parameter-invalid", name="timeOfDeletion", problem=problem)
        return int(found.timestamp() * _SECOND)


class Shape(_Body, frozen=True):
    """What kind of key, its length in bytes."""

    algorithm: Literal["AES", "RSA", "ECDSA"]
    length: int
    curve_id: Literal["NIST_P256", "NIST_P384", "NIST_P521"] | None = None


class CreateKey(_Body, frozen=True):
    """A key."""

    compartment_id: str
    display_name: Name
    key_shape: Shape
    protection_mode: Literal["HSM", "SOFTWARE", "EXTERNAL"] | None = None
    freeform_tags: FreeformTags | None = None
    defined_tags: DefinedTags | None = None
    is_auto_rotation_enabled: bool | None = None


class Wrapped(_Body, frozen=True):
    """A key that is brought in, wrapped, in base64."""

    key_material: str
    wrapping_algorithm: Literal["RSA_OAEP_SHA256", "RSA_OAEP_AES_SHA256"]

    @property
    def imported(self) -> Imported:
        """As vaults take it; raises as `decoded`."""
        return Imported(decoded("keyMaterial", self.key_material), self.wrapping_algorithm)


class ImportKey(CreateKey, frozen=True, kw_only=True):
    """A key that is brought in."""

    wrapped_import_key: Wrapped


class ImportVersion(_Body, frozen=True):
    """A version that is brought in."""

    wrapped_import_key: Wrapped


class Sign(_Body, frozen=True):
    """What is to be signed, in base64; `logging_context` may name an approval."""

    message: str
    key_id: str
    signing_algorithm: str
    key_version_id: str | None = None
    message_type: MessageType | None = None
    logging_context: dict[str, str] | None = None


class Verify(_Body, frozen=True):
    """What was signed, and the signature, both in base64."""

    key_id: str
    key_version_id: str
    signature: str
    message: str
    signing_algorithm: str
    message_type: MessageType | None = None


def decoded(name: str, text: str) -> bytes:
    """The bytes of a member in base64.

    Raises:
        UsageError: `oracle.parameter-invalid`.
    """
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise UsageError("oracle.parameter-invalid", name=name, problem="it is not base64") from None


def shape_of(order: Shape) -> KeyShape:
    """What kind of key an order asks for.

    Raises:
        UsageError: `oracle.parameter-invalid`.
    """
    bits = _BITS[order.algorithm].get(order.length)
    if bits is None:
        known = ", ".join(map(str, _BITS[order.algorithm]))
        problem = f"for {order.algorithm} it is one of {known}, in bytes"
        raise UsageError("oracle.parameter-invalid", name="keyShape.length", problem=problem)
    if order.curve_id is not None and (order.algorithm != "ECDSA" or _CURVE_BITS[order.curve_id] != bits):
        problem = "it does not go with algorithm and length"
        raise UsageError("oracle.parameter-invalid", name="keyShape.curveId", problem=problem)
    return KeyShape(order.algorithm, bits)


def bits_of(length: str) -> int:
    """The bits of keys that have so many bytes, whatever they are for.

    Raises:
        UsageError: `oracle.parameter-invalid`.
    """
    known = {str(size): bits for sizes in _BITS.values() for size, bits in sizes.items()}
    bits = known.get(length)
    if bits is None:
        problem = f"it is none of {', '.join(known)}, in bytes"
        raise UsageError("oracle.parameter-invalid", name="length", problem=problem)
    return bits


def require_no_rotation(order: CreateKey | Update) -> None:
    """Return unless keys are to rotate by themselves.

    Raises:
        UsageError: `oracle.parameter-invalid`.
    """
    if order.is_auto_rotation_enabled:
        problem = "a key is rotated by making a version, never by itself"
        raise UsageError("oracle.parameter-invalid", name="isAutoRotationEnabled", problem=problem)


def listing(call: Call) -> tuple[Page, str]:
    """The page of a list as vaults give it, and by what it is sorted, as clients say it.

    Raises:
        UsageError: `oracle.parameter-invalid` or `oracle.page-invalid`.
    """
    sort = call.choice("sortBy", ("TIMECREATED", "DISPLAYNAME")) or "TIMECREATED"
    order = call.choice("sortOrder", ("ASC", "DESC")) or ("DESC" if sort == "TIMECREATED" else "ASC")
    wanted = call.page()
    after = "" if wanted.after is None else wanted.after[1]
    return Page(after, wanted.most, "created" if sort == "TIMECREATED" else "name", order == "DESC"), sort
