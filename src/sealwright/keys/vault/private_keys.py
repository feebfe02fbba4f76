"""Private keys in a vault: what is signed goes there, or its digest if it is too long.

Source: Oracle's API reference, "SignDataDetails": a message has at most 4096 bytes, and longer ones are
signed by their digest. Whatever fits is sent as it is, so that those who have to approve of it can read it.
"""

import hashlib
from typing import Protocol

from sealwright import limits
from sealwright.keys import elsewhere
from sealwright.pki.keys import PrivateKey, PublicKey

__all__ = ["Asks", "private_key"]


class Asks(Protocol):
    """Has a version of a key sign."""

    def __call__(self, algorithm: str, content: bytes, *, digested: bool) -> bytes:
        """The signature; for ECDSA the DER of r and s.

        Args:
            algorithm: one of `formats.kms.algorithms`.
            content: the message, or its digest by the algorithm's hash.
            digested: whether it is the digest.
        """
        ...


def private_key(asks: Asks, public_key: PublicKey) -> PrivateKey:
    """The private key of a version. Safe to share between threads if what it asks is.

    Args:
        asks: has it sign.
        public_key: of the version.
    """
    return elsewhere.private_key(_InVault(asks), public_key)


class _InVault:
    """What signs with a version."""

    wrong = "key.vault-signature"

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def rsa(self, message: bytes, hash_name: str, *, pss: bool) -> bytes:
        scheme = "PKCS_PSS" if pss else "PKCS1_V1_5"
        return self._signed(f"SHA_{_bits(hash_name)}_RSA_{scheme}", message, hash_name)

    def ecdsa(self, message: bytes, hash_name: str) -> bytes:
        return self._signed(f"ECDSA_SHA_{_bits(hash_name)}", message, hash_name)

    def _signed(self, algorithm: str, message: bytes, hash_name: str) -> bytes:
        digested = len(message) > limits.KMS_MESSAGE_BYTES
        content = hashlib.new(hash_name, message).digest() if digested else message
        return self._asks(algorithm, content, digested=digested)


def _bits(hash_name: str) -> str:
    return hash_name.removeprefix("sha")
