"""Public RSA keys by which requests are signed: read, and called by their fingerprints."""

import hashlib

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from sealwright import limits
from sealwright.errors import UsageError

__all__ = ["fingerprint", "pem", "read"]


def read(text: str) -> rsa.RSAPublicKey:
    """The key of a PEM.

    Raises:
        UsageError: `oracle.api-key-unfit`.
    """
    if len(text) > limits.ORACLE_PUBLIC_KEY_LENGTH:
        raise UsageError("oracle.api-key-unfit", problem="it is too long")
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError("oracle.api-key-unfit", problem="it is no public key in PEM") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise UsageError("oracle.api-key-unfit", problem="it is no RSA key")
    if not limits.ORACLE_API_KEY_BITS_LEAST <= key.key_size <= limits.ORACLE_API_KEY_BITS_MOST:
        raise UsageError("oracle.api-key-unfit", problem=f"it has {key.key_size} bits")
    return key


def fingerprint(key: rsa.RSAPublicKey) -> str:
    """The MD5 of the key as SubjectPublicKeyInfo in DER, in pairs of digits: what clients call it by."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.md5(der, usedforsecurity=False).digest().hex(":")


def pem(key: rsa.RSAPublicKey) -> str:
    """The key in PEM, as it is kept."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
