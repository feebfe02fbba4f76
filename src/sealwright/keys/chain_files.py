"""Certificate chains in files, beside keys of all kinds."""

from pathlib import Path

from sealwright import limits
from sealwright.errors import DocumentError, KeyUnavailableError, SealwrightError
from sealwright.homes import files
from sealwright.pki import certificate, issuing
from sealwright.pki.certificate import Certificate
from sealwright.pki.keys import PrivateKey

__all__ = ["CERTIFICATES", "chain_of_file", "require_key"]

CERTIFICATES = "certificates"
"""The member of a key's `pluginConfig` that names the file with its chain. Keys of all kinds that our plugin
reaches have it under this name."""


def chain_of_file(file: Path) -> tuple[Certificate, ...]:
    """The certificates in a PEM file, the leaf first.

    Raises:
        DocumentError: a `certificate.` code, naming the file.
        StorageError: the file cannot be read.
    """
    content = files.read(file, limits.CONFIG_FILE_BYTES)
    try:
        return certificate.parse_file(content)
    except SealwrightError as error:
        raise DocumentError.about(str(file), error) from None


def require_key(leaf: Certificate, key: PrivateKey, file: str) -> None:
    """Check that a private key belongs to a certificate.

    Args:
        leaf: the certificate.
        key: the key.
        file: where the certificate is from; empty: not from a file.

    Raises:
        KeyUnavailableError: `key.certificate-mismatch`.
        DocumentError: the same, about the file.
    """
    try:
        issuing.require_key(leaf, key)
    except KeyUnavailableError as error:
        if file:
            raise DocumentError.about(file, error) from None
        raise
