"""Private keys in files: a PEM key, encrypted or not, and the chain of its certificate.

In the place of a PEM key a file may say where the key is: the URI of a key in hardware or in a vault, on a
line of its own.
"""

from pathlib import Path

from sealwright import limits
from sealwright.errors import DocumentError, KeyUnavailableError
from sealwright.homes import files
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.keys.by_uri import is_elsewhere, open_elsewhere
from sealwright.keys.chain_files import chain_of_file, require_key
from sealwright.keys.passphrases import Passphrases
from sealwright.pki import key_files, keys
from sealwright.pki.algorithms import Algorithm
from sealwright.pki.certificate import Certificate

__all__ = ["FileSigner", "certificates_of", "load_private_key", "open_key"]


class FileSigner:
    """A private key held in memory for one run.

    Args:
        private_key: the key.
        certificates: DER, leaf first, root last; the leaf is known to be the key's.
    """

    def __init__(self, private_key: keys.PrivateKey, certificates: tuple[bytes, ...]) -> None:
        self._private_key = private_key
        self.certificates = certificates

    def sign(self, message: bytes, algorithm: Algorithm) -> bytes:
        """The raw signature of `message`; see `interfaces.Signer`."""
        return keys.sign(self._private_key, message, algorithm)


def load_private_key(path: Path, passphrases: Passphrases, *, proven: bool = True) -> keys.PrivateKey:
    """Read a private key, asking for the passphrase only if it is encrypted.

    A file with the URI of a key that is elsewhere gives that key, which signs wherever another does.

    Args:
        path: of a PEM file, or one with a URI.
        passphrases: where the passphrase comes from.
        proven: see `pki.key_files.load`.

    Raises:
        DocumentError: a `key.` code, naming the file.
        EnvironmentalError: what holds the key failed.
        StorageError: the file cannot be read.
    """
    content = files.read(path, limits.CONFIG_FILE_BYTES)
    try:
        text = content.decode(errors="replace").strip()
        if is_elsewhere(text):
            return open_elsewhere(text, passphrases)
        passphrase = passphrases.existing(str(path)) if key_files.is_encrypted(content) else None
        return key_files.load(content, passphrase, proven=proven)
    except KeyUnavailableError as error:
        raise DocumentError.about(str(path), error) from None


def certificates_of(entry: KeyEntry) -> tuple[Certificate, ...]:
    """The certificate chain of a key in files, leaf first; the key itself is not looked at.

    Raises:
        DocumentError: a `certificate.` code, naming the file.
        StorageError: the file cannot be read.
    """
    return chain_of_file(Path(entry.cert_path))


def open_key(entry: KeyEntry, passphrases: Passphrases) -> FileSigner:
    """A signer for a key and certificate chain in files. What it signs is verified before it is kept.

    Raises:
        DocumentError: a `key.` or `certificate.` code, naming the file.
        StorageError: a file cannot be read.
    """
    private_key = load_private_key(Path(entry.key_path), passphrases, proven=False)
    chain = certificates_of(entry)
    require_key(chain[0], private_key, entry.cert_path)
    return FileSigner(private_key, tuple(one.der for one in chain))
