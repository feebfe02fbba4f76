"""The token in which keys with the protection HSM are made, and stay."""

from typing import Protocol

from sealwright.formats.kms.algorithms import KmsAlgorithm
from sealwright.service.vault.records import KeyShape

__all__ = ["Token"]


class Token(Protocol):
    """A token. Safe to use from several threads."""

    def make(self, shape: KeyShape, name: str) -> tuple[bytes, str]:
        """Make a key pair there: where it is, to be sealed, and the public key in PEM."""

    def sign(self, place: bytes, algorithm: KmsAlgorithm, message: bytes, *, digested: bool) -> bytes:
        """A signature, as `formats.kms.algorithms.sign` gives it."""

    def destroy(self, place: bytes) -> None:
        """Destroy a key there; one that is not there any more is no error."""
