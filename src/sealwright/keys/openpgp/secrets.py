"""Secret keys in the hands of Sequoia. Needs pysequoia, as `certificates`."""

import time

import pysequoia
from pysequoia.packet import PacketPile, Tag

from sealwright.errors import KeyUnavailableError
from sealwright.keys.openpgp.certificates import Certificate, quietly
from sealwright.openpgp import keyrings, message

__all__ = ["Secret", "Signing", "read"]

_SECRET = (Tag.SecretKey, Tag.SecretSubkey)


class Signing:
    """An unlocked key.

    Args:
        signer: Sequoia's.
        primary: the fingerprint of its primary key.
        fingerprint: of the key that signs; both upper-case hexadecimal.
    """

    def __init__(self, signer: pysequoia.PySigner, primary: str, fingerprint: str) -> None:
        self._signer = signer
        self.primary = primary
        self.fingerprint = fingerprint

    def sign(self, document: bytes) -> bytes:
        """A binary signed message.

        Raises:
            KeyUnavailableError: `key.sequoia-failed`.
        """
        content = quietly(lambda: pysequoia.sign(self._signer, document, armor=False))
        if content is None:
            raise KeyUnavailableError("key.sequoia-failed", problem="the key does not sign")
        return content


class Secret:
    """A secret key, locked or not.

    Args:
        tsk: the key as Sequoia has read it.
        certificate: its public half.

    Raises:
        KeyUnavailableError: `key.gpg-unusable`: revoked, expired, or not for signing.
    """

    def __init__(self, tsk: pysequoia.Tsk, certificate: Certificate) -> None:
        self._tsk = tsk
        self._certificate = certificate
        key = certificate.key
        shown = f"{key.fingerprint} {next(iter(key.user_ids), '')}".rstrip()
        if certificate.is_revoked(key.fingerprint):
            raise KeyUnavailableError("key.gpg-unusable", key=shown, problem="revoked")
        ends = certificate.expires(key.fingerprint)
        if ends is not None and ends.timestamp() <= time.time():
            raise KeyUnavailableError("key.gpg-unusable", key=shown, problem="expired")
        if not any(map(certificate.may_sign, key.fingerprints)):
            raise KeyUnavailableError("key.gpg-unusable", key=shown, problem="not for signing, or too weak")

    def unlocked(self, passphrase: bytes | None) -> Signing | None:
        """The key that signs, or None if this passphrase does not open it.

        Args:
            passphrase: None to try without one.
        """
        word = None if passphrase is None else passphrase.decode(errors="replace")
        primary = self._certificate.key.fingerprint
        signer = None
        if self._certificate.may_sign(primary):
            signer = quietly(lambda: self._tsk.certifier(word))
        if signer is None:  # the primary key may not, or is kept elsewhere
            signer = quietly(lambda: self._tsk.signer(word))
        return None if signer is None else Signing(signer, primary, _maker(signer))


def _maker(signer: pysequoia.PySigner) -> str:
    """The fingerprint of the key in a signer, which only its signatures tell."""
    (signature,) = message.read(pysequoia.sign(signer, b"", armor=False)).signatures
    return signature.fingerprint


def read(content: bytes) -> Secret:
    """The secret key in a file.

    Args:
        content: one secret key, armored or not.

    Raises:
        KeyUnavailableError: `key.pgp-file`, `key.gpg-unusable`.
    """
    tsk = quietly(lambda: pysequoia.Tsk.from_bytes(content))
    if tsk is None or not any(packet.tag in _SECRET for packet in PacketPile.from_bytes(bytes(tsk))):
        raise KeyUnavailableError("key.pgp-file")
    public = tsk.extract_certificate()
    (key,) = keyrings.read(bytes(public))
    return Secret(tsk, Certificate(key, public))
