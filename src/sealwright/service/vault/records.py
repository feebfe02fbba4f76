"""Vaults, keys and versions, as their rows have them. Times are microseconds since 1970; 0: never."""

from typing import Literal

import msgspec

__all__ = [
    "FAMILIES",
    "SHAPES",
    "Imported",
    "KeyRecord",
    "KeyShape",
    "Origin",
    "Protection",
    "Signed",
    "Tags",
    "VaultRecord",
    "VersionRecord",
]

Family = Literal["RSA", "ECDSA", "AES", "ED25519"]
VaultState = Literal["ACTIVE", "PENDING_DELETION", "DELETED"]
Protection = Literal["SOFTWARE", "HSM"]
Origin = Literal["INTERNAL", "EXTERNAL"]
KeyState = Literal["ENABLED", "DISABLED", "PENDING_DELETION", "DELETED"]
VersionState = Literal["ENABLED", "PENDING_DELETION", "DELETED"]

FAMILIES: tuple[Family, ...] = ("RSA", "ECDSA", "AES", "ED25519")
"""Every algorithm that a key may be for."""


class KeyShape(msgspec.Struct, frozen=True):
    """What kind of key: its algorithm, and the bits of modulus, curve or secret."""

    algorithm: Family
    bits: int

    @property
    def words(self) -> str:
        """For people."""
        return self.algorithm if self.algorithm == "ED25519" else f"{self.algorithm}-{self.bits}"


SHAPES = (
    *(KeyShape("RSA", bits) for bits in (2048, 3072, 4096)),
    *(KeyShape("ECDSA", bits) for bits in (256, 384, 521)),
    *(KeyShape("AES", bits) for bits in (128, 192, 256)),
    KeyShape("ED25519", 256),
)
"""All that can be made."""


class Tags(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people note on a thing: free-form tags, and those of a namespace."""

    freeform: dict[str, str] = {}
    defined: dict[str, dict[str, object]] = {}

    def encoded(self) -> str:
        """As a row has it."""
        return msgspec.json.encode(self, order="sorted").decode()


class VaultRecord(msgspec.Struct, frozen=True):
    """A vault.

    Attributes:
        id: its OCID.
        extension: stands in its keys' OCIDs, and in the names of its hosts.
        name: of those that are ACTIVE only one has it.
        compartment: the OCID of one, or empty.
        kind: `DEFAULT` or `VIRTUAL_PRIVATE`.
        state: see `service.vault`.
        wrapping_key: the OCID of the key under which others are brought in.
        tags: JSON.
        created: when.
        created_by: the account.
        delete_at: when its deletion is due.
        revision: goes up with each change.
    """

    id: str
    extension: str
    name: str
    compartment: str
    kind: str
    state: VaultState
    wrapping_key: str
    tags: str
    created: int
    created_by: str
    delete_at: int
    revision: int

    @property
    def noted(self) -> Tags:
        """Its tags."""
        return msgspec.json.decode(self.tags, type=Tags)


class KeyRecord(msgspec.Struct, frozen=True):
    """A key.

    Attributes:
        id: its OCID.
        vault: that of its vault.
        name: only one of those in the vault has it that are not to be deleted.
        compartment: the OCID of one, or empty.
        algorithm: see `KeyShape`, as `bits`.
        bits: the same.
        protection: `SOFTWARE`: the service keeps it, sealed; `HSM`: it was made on the token and stays there.
        state: see `service.vault`.
        state_before: what it goes back to when its deletion is cancelled.
        blocked: 1: it signs nothing until it is unblocked.
        rules: of approval, as `Rules.encoded()` gives them; empty: none.
        current_version: the OCID of the version that signs if nothing else is said.
        versions: how many there ever were.
        tags: JSON.
        created: when.
        created_by: the account.
        delete_at: when its deletion is due.
        revision: goes up with each change.
    """

    id: str
    vault: str
    name: str
    compartment: str
    algorithm: Family
    bits: int
    protection: Protection
    state: KeyState
    state_before: KeyState
    blocked: int
    rules: str
    current_version: str
    versions: int
    tags: str
    created: int
    created_by: str
    delete_at: int
    revision: int

    @property
    def shape(self) -> KeyShape:
        """Algorithm and bits."""
        return KeyShape(self.algorithm, self.bits)

    @property
    def noted(self) -> Tags:
        """Its tags."""
        return msgspec.json.decode(self.tags, type=Tags)


class VersionRecord(msgspec.Struct, frozen=True):
    """A version of a key.

    Attributes:
        id: its OCID.
        key: that of its key.
        number: counted from 1.
        origin: `INTERNAL`: made here; `EXTERNAL`: brought in.
        state: see `service.vault`.
        public_key: PEM; empty for a secret of AES.
        created: when.
        created_by: the account.
        delete_at: when its deletion is due.
        revision: goes up with each change.
    """

    id: str
    key: str
    number: int
    origin: Origin
    state: VersionState
    public_key: str
    created: int
    created_by: str
    delete_at: int
    revision: int


class Signed(msgspec.Struct, frozen=True):
    """A signature: by which version, with what algorithm; and the proof of approval, where one was needed."""

    key_id: str
    version_id: str
    algorithm: str
    signature: bytes
    proof: bytes = b""


class Imported(msgspec.Struct, frozen=True):
    """A key that is brought in: wrapped under the vault's wrapping key, and how."""

    wrapped: bytes
    algorithm: Literal["RSA_OAEP_SHA256", "RSA_OAEP_AES_SHA256"]
