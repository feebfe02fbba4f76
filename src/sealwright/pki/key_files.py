"""Private keys as files: PEM in the forms that OpenSSL writes, encrypted or not.

Read: `PRIVATE KEY` and `ENCRYPTED PRIVATE KEY` (PKCS #8, RFC 5958), `RSA PRIVATE KEY` (PKCS #1) and
`EC PRIVATE KEY` (SEC 1), both also with the header `Proc-Type: 4,ENCRYPTED` (RFC 1421). Written: PKCS #8,
encrypted. A file may hold other blocks beside the key (certificates, EC parameters); the first private
key counts.
"""

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from sealwright.errors import KeyUnavailableError
from sealwright.pki import keys

__all__ = ["is_encrypted", "load", "serialise"]

_BLOCK = re.compile(rb"-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----.*?-----END \1-----", re.DOTALL)


def _block(content: bytes) -> bytes:
    match = _BLOCK.search(content)
    if match is None:
        raise KeyUnavailableError("key.not-pem")
    return match[0]


def _encrypted(block: bytes) -> bool:
    return block.startswith(b"-----BEGIN ENCRYPTED ") or b"Proc-Type: 4,ENCRYPTED" in block


def is_encrypted(content: bytes) -> bool:
    """Whether a key file needs a passphrase.

    Raises:
        KeyUnavailableError: `key.not-pem`.
    """
    return _encrypted(_block(content))


def load(content: bytes, passphrase: bytes | None = None, *, proven: bool = True) -> keys.PrivateKey:
    """Read a private key.

    Args:
        content: of the file, at most `limits.CONFIG_FILE_BYTES`.
        passphrase: only looked at if the key is encrypted.
        proven: prove that the numbers of an RSA key fit together, which takes up to 0.4 seconds. Not needed
            where every signature of the key is verified before it is used.

    Raises:
        KeyUnavailableError: `key.not-pem`, `key.malformed`, `key.passphrase-missing`,
            `key.passphrase-wrong` or `key.unsupported`.
    """
    block = _block(content)
    encrypted = _encrypted(block)
    if encrypted and not passphrase:
        raise KeyUnavailableError("key.passphrase-missing")
    try:
        key = load_pem_private_key(
            block, passphrase if encrypted else None, unsafe_skip_rsa_key_validation=not proven
        )
    except UnsupportedAlgorithm as error:
        raise KeyUnavailableError("key.unsupported", key=str(error.args[0])) from None
    except (ValueError, TypeError) as error:
        if encrypted:
            raise KeyUnavailableError("key.passphrase-wrong") from None
        raise KeyUnavailableError("key.malformed", problem=_first_line(error)) from None
    keys.require_algorithm(key.public_key())
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)  # noqa: S101  # one of the six
    return key


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].partition(". ")[0][:200]


def serialise(private_key: keys.PrivateKey, passphrase: bytes | None) -> bytes:
    """A private key as PKCS #8 in PEM.

    Args:
        private_key: the key.
        passphrase: what to encrypt it with; None writes it in the clear.
    """
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
