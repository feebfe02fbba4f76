"""Root keys from passphrases, by scrypt (RFC 7914)."""

import base64
import hashlib
import os
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import CallerError
from sealwright.homes import files

__all__ = ["Costs", "derived", "new_costs", "passphrase_of"]


class Costs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of scrypt stands beside what was sealed: its three parameters, and the salt in base64."""

    n: int
    r: int
    p: int
    salt: str


def new_costs() -> Costs:
    """Those of today, with a salt of their own."""
    salt = base64.b64encode(os.urandom(limits.ROOT_SALT_BYTES)).decode()
    return Costs(limits.ROOT_SCRYPT_COST, limits.ROOT_SCRYPT_BLOCK, limits.ROOT_SCRYPT_LANES, salt)


def derived(passphrase: bytes, costs: Costs) -> bytes:
    """The 32 bytes of a passphrase.

    Raises:
        CallerError: `vault.root-unusable`: such costs are not ours.
    """
    memory = 128 * costs.n * costs.r
    if not 0 < memory * costs.p <= limits.ROOT_SCRYPT_WORK:
        raise CallerError("vault.root-unusable", problem="the costs of scrypt are out of bounds")
    try:
        return hashlib.scrypt(
            passphrase,
            salt=base64.b64decode(costs.salt, validate=True),
            n=costs.n,
            r=costs.r,
            p=costs.p,
            maxmem=memory + memory // 8 + 1024 * 1024,
            dklen=32,
        )
    except ValueError as error:
        raise CallerError("vault.root-unusable", problem=f"scrypt: {error}") from None


def passphrase_of(text: str, file: str) -> bytes:
    """The passphrase that the settings name.

    Args:
        text: itself, or empty.
        file: one whose first line it is, or empty.

    Raises:
        CallerError: `vault.passphrase-missing`.
        StorageError: the file cannot be read.
    """
    found = text.encode()
    if not found and file:
        content = files.read(Path(file), limits.CONFIG_FILE_BYTES)
        found = content.partition(b"\n")[0].rstrip(b"\r")
    if not found:
        raise CallerError("vault.passphrase-missing")
    return found
