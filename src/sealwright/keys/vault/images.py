"""Keys of a vault that sign images as Oracle's registry has it: no certificate, and the message as it is."""

from cryptography.hazmat.primitives.asymmetric import rsa

from sealwright.errors import KeyUnavailableError
from sealwright.formats.kms import algorithms
from sealwright.formats.kms.signing import SigningKey
from sealwright.interfaces import Approved, Asking
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.vault.asking import WithApproval
from sealwright.keys.vault.opening import Opened, open_version

__all__ = ["ImageKey", "open_image_key"]

_HASHES = {2048: 256, 3072: 384, 4096: 512}
"""Which hash goes with which size of a key: that of the same strength."""


class ImageKey:
    """A version of an RSA key, until `close`.

    Args:
        opened: the version.

    Attributes:
        named: the identifiers of key and version, and the algorithm that goes with the key.

    Raises:
        KeyUnavailableError: `key.kms-kind`: it is no RSA key.
    """

    def __init__(self, opened: Opened) -> None:
        public = opened.public_key
        if not isinstance(public, rsa.RSAPublicKey):
            raise KeyUnavailableError("key.kms-kind", key=opened.key.name, kind=opened.key.algorithm)
        algorithm = f"SHA_{_HASHES.get(public.key_size, 256)}_RSA_PKCS_PSS"
        self._opened = opened
        self.named = SigningKey(opened.key.id, opened.version.id, algorithm)

    def sign(self, message: bytes, asking: Asking) -> Approved:
        """The signature of a message, once people have approved it, if they have to.

        Args:
            message: at most `limits.KMS_MESSAGE_BYTES`.
            asking: how people are asked.

        Raises:
            KeyUnavailableError: `key.vault-signature`: what came back is no signature of the message.
            SealwrightError: as the service says.
        """
        opened = self._opened
        asks = WithApproval(opened.client, opened.key, opened.version, asking)
        value = asks(self.named.algorithm, message, digested=False)
        algorithm = algorithms.IMAGE_ALGORITHMS[self.named.algorithm]
        if not algorithms.verifies(opened.public_key, algorithm, message, value):
            raise KeyUnavailableError("key.vault-signature")
        return Approved(value, asks.proof)

    def close(self) -> None:
        """Close the connections to the service."""
        self._opened.registry.close()


def open_image_key(text: str, passphrases: Passphrases) -> ImageKey:
    """An RSA key in a vault.

    Args:
        text: a URI.
        passphrases: its environment names credentials and settings.

    Raises:
        KeyUnavailableError: `key.kms-kind`, or as `open_version`.
        SealwrightError: as `open_version`.
    """
    opened = open_version(text, passphrases)
    try:
        return ImageKey(opened)
    except BaseException:
        opened.registry.close()
        raise
