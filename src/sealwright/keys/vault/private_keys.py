"""Private keys in a vault: what is signed goes there, or its digest if it is too long.

Source: Oracle's API reference, "SignDataDetails": a message has at most 4096 bytes, and longer ones are
signed by their digest. Whatever fits is sent as it is, so that those who have to approve of it can read it.
"""

import hashlib

from sealwright import limits
from sealwright.keys import elsewhere
from sealwright.pki.keys import PrivateKey, PublicKey
from sealwright.service_client.vault_answers import Key, Version
from sealwright.service_client.vaults import VaultClient

__all__ = ["private_key"]


def private_key(client: VaultClient, key: Key, version: Version, public_key: PublicKey) -> PrivateKey:
    """The private key of a version. Safe to share between threads.

    Args:
        client: of its service.
        key: the key.
        version: the version, which alone signs, also once there is a newer one.
        public_key: of the version.
    """
    return elsewhere.private_key(_InVault(client, key, version), public_key)


class _InVault:
    """What signs with a version."""

    wrong = "key.vault-signature"

    def __init__(self, client: VaultClient, key: Key, version: Version) -> None:
        self._client = client
        self._key = key
        self._version = version

    def rsa(self, message: bytes, hash_name: str, *, pss: bool) -> bytes:
        scheme = "PKCS_PSS" if pss else "PKCS1_V1_5"
        return self._signed(f"SHA_{_bits(hash_name)}_RSA_{scheme}", message, hash_name)

    def ecdsa(self, message: bytes, hash_name: str) -> bytes:
        return self._signed(f"ECDSA_SHA_{_bits(hash_name)}", message, hash_name)

    def _signed(self, algorithm: str, message: bytes, hash_name: str) -> bytes:
        digested = len(message) > limits.KMS_MESSAGE_BYTES
        content = hashlib.new(hash_name, message).digest() if digested else message
        signed = self._client.sign(self._key.id, self._version.id, algorithm, content, digested=digested)
        return signed.signature


def _bits(hash_name: str) -> str:
    return hash_name.removeprefix("sha")
