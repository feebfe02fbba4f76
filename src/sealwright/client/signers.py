"""Signers from keys that a caller has or names, and the kind of envelope that they fill."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from sealwright import limits
from sealwright.errors import MalformedContentError, UsageError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.homes.notation import settings
from sealwright.homes.notation.folder import config_folder
from sealwright.interfaces import EnvelopeMaker, LateSigner, Sealer, Signer
from sealwright.keys.named import open_named
from sealwright.keys.passphrases import Passphrases
from sealwright.media_types import NOTARY_ENVELOPES

__all__ = ["EnvelopeKind", "envelope_type", "load_signer", "named_signer"]

EnvelopeKind = Literal["jws", "cose"]
"""The two kinds of envelope of the specification."""

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
    from sealwright.keys.local_file import FileSigner  # noqa: PLC0415  # who only verifies needs no keys
    from sealwright.pki import certificate, issuing, key_files  # noqa: PLC0415  # the same

    secret = passphrase.encode() if isinstance(passphrase, str) else passphrase
    private_key = key_files.load(_content(key), secret, proven=False)
    given = [certificates] if isinstance(certificates, str | bytes | os.PathLike) else list(certificates)
    chain = tuple(one for content in given for one in certificate.parse_file(_content(content)))
    if not chain:
        raise MalformedContentError("certificate.none-in-file")
    issuing.require_key(chain[0], private_key)
    return FileSigner(private_key, tuple(one.der for one in chain))


def named_signer(
    environment: Environment, name: str, passphrase: str | bytes | None
) -> Signer | LateSigner | EnvelopeMaker | Sealer:
    """The key of a name in notation's `signingkeys.json`, or of an id such as `gpg:joe@example.com`.

    Args:
        environment: says where notation's folder is.
        name: of the key; empty: the default key.
        passphrase: of an encrypted key; None: the variable `SEALWRIGHT_PASSPHRASE`.

    Raises:
        KeyUnavailableError: there is no such key, or it cannot be reached.
        DocumentError: a file cannot be used.
        StorageError: a file cannot be read.
    """
    known = passphrase.encode() if isinstance(passphrase, str) else passphrase
    return open_named(name, Passphrases(environment, known=known), environment)


def envelope_type(environment: Environment, kind: EnvelopeKind | None) -> str:
    """The media type of the envelope to write.

    Args:
        environment: says where notation's folder is.
        kind: as the caller wants it; None: as notation's settings say, else `jws`.

    Raises:
        UsageError: `usage.envelope-unknown`.
        DocumentError: the settings cannot be used.
    """
    wanted = kind or settings.read(config_folder(environment)).signature_format or "jws"
    if wanted not in NOTARY_ENVELOPES:
        raise UsageError("usage.envelope-unknown", kind=wanted, known=", ".join(NOTARY_ENVELOPES))
    return NOTARY_ENVELOPES[wanted]


def _content(source: Source) -> bytes:
    return source if isinstance(source, bytes) else files.read(Path(source), limits.CONFIG_FILE_BYTES)
