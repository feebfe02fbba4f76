"""Keys brought into a vault: wrapped here, so that they never travel bare.

Source: Oracle's documentation, "Importing Vault Keys and Key Versions", `RSA_OAEP_AES_SHA256`: a new key of
AES-256 under the vault's wrapping key (RFC 8017, section 7.1, with SHA-256 also in the mask), then the
private key (PKCS #8 in DER) under that key (RFC 5649).
"""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)

from sealwright.errors import KeyUnavailableError, RegistryError
from sealwright.keys.local_file import load_private_key
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.vault.opening import public_key_of
from sealwright.pki.keys import PrivateKey
from sealwright.service_client.vault_answers import Key, Vault, Version
from sealwright.service_client.vaults import VaultClient

__all__ = ["Material", "bring_in", "read", "rotate"]

WRAPPING = "RSA_OAEP_AES_SHA256"

_AES_BYTES = 32
_LEAST_BITS = 2048


class Material(msgspec.Struct, frozen=True):
    """A private key to be brought in, and what the service calls its kind."""

    private_key: PrivateKey

    @property
    def algorithm(self) -> str:
        """`RSA` or `ECDSA`."""
        return "RSA" if isinstance(self.private_key, rsa.RSAPrivateKey) else "ECDSA"

    @property
    def bits(self) -> int:
        """Its length."""
        return self.private_key.key_size


def read(file: Path, passphrases: Passphrases) -> Material:
    """Read the private key in a PEM file, encrypted or not.

    Raises:
        DocumentError: a `key.` code, naming the file.
        StorageError: the file cannot be read.
    """
    return Material(load_private_key(file, passphrases))


def bring_in(client: VaultClient, vault: Vault, order: Mapping[str, object], material: Material) -> Key:
    """Bring a key into a vault, and see that it is the one that is there then.

    Args:
        client: of the service.
        vault: where it goes.
        order: what else the service is told of it.
        material: the key.

    Raises:
        KeyUnavailableError: `key.vault-other`, or one of the service's.
        SealwrightError: as `VaultClient`.
    """
    key = client.import_key(vault.id, {**order, **_wrapped(client, vault.id, material)})
    _require_same(key, client.version(key.id, key.current_version), material)
    return key


def rotate(client: VaultClient, key: Key, material: Material) -> Version:
    """Bring a key in as the new version of one that is there; raises as `bring_in`.

    Args:
        client: of the service.
        key: gets the version.
        material: the key that is brought in.
    """
    version = client.rotate(key.id, _wrapped(client, key.vault, material))
    _require_same(key, version, material)
    return version


def _require_same(key: Key, version: Version, material: Material) -> None:
    if public_key_of(key, version) != material.private_key.public_key():
        raise KeyUnavailableError("key.vault-other", key=key.name)


def _wrapped(client: VaultClient, vault: str, material: Material) -> Mapping[str, object]:
    """The private key as it travels.

    Raises:
        RegistryError: `registry.service-absent`: the wrapping key is not RSA with 2048 bits or more.
    """
    try:
        public = load_pem_public_key(client.wrapping_key(vault))
    except ValueError as error:
        raise _not_a_key(client.address, str(error)) from None
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size < _LEAST_BITS:
        raise _not_a_key(client.address, "its wrapping key is not RSA with 2048 bits or more")
    content = material.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    secret = os.urandom(_AES_BYTES)
    scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    whole = public.encrypt(secret, scheme) + aes_key_wrap_with_padding(secret, content)
    return {"keyMaterial": base64.b64encode(whole).decode(), "wrappingAlgorithm": WRAPPING}


def _not_a_key(service: str, problem: str) -> RegistryError:
    return RegistryError("registry.service-absent", name=service, problem=problem)
