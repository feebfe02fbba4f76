"""Signers from keys that a caller has: in files, or in memory."""

import os
from collections.abc import Iterable
from pathlib import Path

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.homes import files
from sealwright.interfaces import Signer
from sealwright.keys.local_file import FileSigner
from sealwright.pki import certificate, issuing, key_files

__all__ = ["load_signer"]

Source = str | os.PathLike[str] | bytes
"""A path, or the content itself."""


def load_signer(
    key: Source, certificates: Source | Iterable[bytes], *, passphrase: str | bytes | None = None
) -> Signer:
    """A signer that holds a private key in memory. Safe to share between threads.

    Args:
        key: a private key in PEM: the path of its file, or its bytes.
        certificates: the chain of the key's certificate, leaf first, root last: the path of a PEM file, its
            bytes, or each certificate in DER or PEM.
        passphrase: of an encrypted key; not looked at otherwise.

    Raises:
        KeyUnavailableError: a `key.` code: the key cannot be read, opened or used, or is another's.
        MalformedContentError: a `certificate.` code.
        StorageError: a file cannot be read.
    """
    secret = passphrase.encode() if isinstance(passphrase, str) else passphrase
    private_key = key_files.load(_content(key), secret, proven=False)
    given = [certificates] if isinstance(certificates, str | bytes | os.PathLike) else list(certificates)
    chain = tuple(one for content in given for one in certificate.parse_file(_content(content)))
    if not chain:
        raise MalformedContentError("certificate.none-in-file")
    issuing.require_key(chain[0], private_key)
    return FileSigner(private_key, tuple(one.der for one in chain))


def _content(source: Source) -> bytes:
    return source if isinstance(source, bytes) else files.read(Path(source), limits.CONFIG_FILE_BYTES)
