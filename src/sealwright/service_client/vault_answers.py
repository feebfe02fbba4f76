"""What the service answers about vaults, keys and their versions. Unknown members are passed over.

States are those of Oracle's key management, such as `ENABLED` and `PENDING_DELETION`; times are as RFC 3339
has them.
"""

from collections.abc import Mapping

import msgspec

__all__ = ["Key", "Page", "Signed", "Vault", "Version"]


class Vault(msgspec.Struct, frozen=True, rename="camel"):
    """A vault. `deletion_at` is when it will be gone, if that is scheduled."""

    id: str
    name: str
    state: str
    compartment: str = ""
    kind: str = ""
    created_at: str = ""
    deletion_at: str | None = None
    tags: Mapping[str, object] = {}


class Key(msgspec.Struct, frozen=True, rename="camel"):
    """A key.

    Attributes:
        id: its identifier.
        name: what people call it.
        vault: the identifier of its vault.
        state: see above.
        algorithm: `RSA`, `ECDSA`, `ED25519` or `AES`.
        bits: its length.
        blocked: whether it signs nothing until it is unblocked.
        current_version: the identifier of the version that signs.
        rules: the digest of the rules of approval, if it has any.
    """

    id: str
    name: str
    vault: str
    state: str
    algorithm: str
    bits: int = 0
    blocked: bool = False
    protection: str = ""
    compartment: str = ""
    current_version: str = ""
    rules: str | None = None
    created_at: str = ""
    deletion_at: str | None = None
    tags: Mapping[str, object] = {}


class Version(msgspec.Struct, frozen=True, rename="camel"):
    """A version of a key: its number, counted from 1, its public key in PEM, and its certificates, if any."""

    id: str
    number: int
    state: str
    key: str = ""
    origin: str = ""
    public_key: str = ""
    certificates: str = ""
    created_at: str = ""
    deletion_at: str | None = None


class Signed(msgspec.Struct, frozen=True, rename="camel"):
    """A signature: by which key and version, how, and the proof that it was approved, if it had to be."""

    key: str
    version: str
    algorithm: str
    signature: bytes
    proof: bytes = b""


class Page(msgspec.Struct, frozen=True):
    """Part of a listing; `next` is asked for next, unless it is None."""

    items: tuple[object, ...]
    next: str | None = None
