"""Signing with an exported secret OpenPGP key in a file, by Sequoia in this process: no gpg, no agent."""

from pathlib import Path
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.errors import DocumentError, KeyUnavailableError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import produced
from sealwright.keys.passphrases import Passphrases

if TYPE_CHECKING:
    from sealwright.keys.openpgp.secrets import Signing

__all__ = ["SequoiaSealer", "open_key"]


class SequoiaSealer:
    """A secret key held in memory for one run.

    Args:
        signing: the key, unlocked.
    """

    def __init__(self, signing: "Signing") -> None:
        self._signing = signing
        self.fingerprint = signing.fingerprint
        self.primary = signing.primary

    def seal(self, document: bytes) -> bytes:
        """A signed message that holds `document`; see `interfaces.Sealer`.

        Raises:
            KeyUnavailableError: `key.sequoia-failed`, `key.openpgp-produced`.
        """
        content = self._signing.sign(document)
        produced.require(content, document, self.fingerprint, "Sequoia")
        return content


def open_key(name: str, passphrases: Passphrases, _environment: Environment) -> SequoiaSealer:
    """A sealer for the key in a file.

    The primary key signs if it may; else the subkey that Sequoia chooses.

    Args:
        name: path of the file: one secret key, armored or not, as `gpg --export-secret-keys` writes it.
        passphrases: where the passphrase comes from, if the key has one.

    Raises:
        KeyUnavailableError: `key.sequoia-missing`, `key.passphrase-missing`.
        DocumentError: `key.pgp-file`, `key.gpg-unusable`, `key.passphrase-wrong`, naming the file.
        StorageError: the file cannot be read.
    """
    try:
        from sealwright.keys.openpgp import secrets  # noqa: PLC0415  # the library is optional, and big
    except ImportError:
        raise KeyUnavailableError("key.sequoia-missing") from None
    content = files.read(Path(name), limits.OPENPGP_KEYRING_BYTES)
    try:
        secret = secrets.read(content)
        signing = secret.unlocked(None) or secret.unlocked(passphrases.existing(name))
    except KeyUnavailableError as error:
        if error.code == "key.passphrase-missing":
            raise
        raise DocumentError.about(name, error) from None
    if signing is None:
        raise DocumentError("key.passphrase-wrong", file=name)
    return SequoiaSealer(signing)
