"""Sealing and unsealing, under the keys of purposes."""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sealwright.errors import StorageError

__all__ = ["MASTER_BYTES", "TAG_BYTES", "Sealing"]

MASTER_BYTES = 32
TAG_BYTES = 32

_NONCE_BYTES = 12
_SECRET, _MARKED = b"secret\0", b"marked\0"


class Sealing:
    """Keeps secrets secret, and what is no secret true. Safe to use from several threads.

    A purpose is a short text such as `vault.key`; each has a key of its own, so that what was sealed for one
    thing never passes for another. A context says where the value belongs (identifiers of its row): it is
    bound to it, and has to be given again.

    Args:
        master: the master key, `MASTER_BYTES` random bytes.
    """

    __slots__ = ("_keys", "_master")

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._keys: dict[bytes, bytes] = {}

    def seal(self, purpose: str, secret: bytes, context: bytes) -> bytes:
        """The secret, encrypted and authenticated: a nonce of 12 bytes and AES-256-GCM (NIST SP 800-38D)."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._key(_SECRET, purpose)).encrypt(nonce, secret, context)

    def unseal(self, purpose: str, sealed: bytes, context: bytes) -> bytes:
        """What was sealed for that purpose and context.

        Raises:
            StorageError: `sealing.altered`.
        """
        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return AESGCM(self._key(_SECRET, purpose)).decrypt(nonce, content, context)
        except (InvalidTag, ValueError):  # the latter for what is too short
            raise StorageError("sealing.altered", what=purpose) from None

    def mark(self, purpose: str, content: bytes) -> bytes:
        """The `TAG_BYTES` that show that this service wrote these bytes, in which every field stands."""
        return hmac.digest(self._key(_MARKED, purpose), content, "sha256")

    def require_mark(self, purpose: str, content: bytes, mark: bytes) -> None:
        """Return if this service wrote the content.

        Raises:
            StorageError: `sealing.altered`.
        """
        if not hmac.compare_digest(self.mark(purpose, content), mark):
            raise StorageError("sealing.altered", what=purpose)

    def __repr__(self) -> str:
        """Never the keys."""
        return "Sealing()"

    def _key(self, kind: bytes, purpose: str) -> bytes:
        name = kind + purpose.encode()
        key = self._keys.get(name)
        if key is None:
            derived = HKDF(SHA256(), MASTER_BYTES, None, b"sealwright\0" + name).derive(self._master)
            key = self._keys.setdefault(name, derived)
        return key
