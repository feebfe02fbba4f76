"""The token in which keys with the protection HSM are made, and stay."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealwright.errors import EnvironmentalError, SealwrightError
from sealwright.formats.kms.algorithms import KmsAlgorithm
from sealwright.keys.pkcs11.kept import Kept, KeptKeys
from sealwright.service.vault.records import KeyShape

__all__ = ["Token"]

_ID_BYTES = 16
_LABEL = "sealwright "


class Token:
    """A token. Safe to use from several threads.

    Where a key is on it is what the seal of a version holds; so no row can be turned to another key there.

    Args:
        kept: the keys on it.
    """

    def __init__(self, kept: KeptKeys) -> None:
        self._kept = kept

    def make(self, shape: KeyShape, name: str) -> tuple[bytes, str]:
        """Make a key pair there.

        Args:
            shape: one of RSA or ECDSA.
            name: of the key, for people who look at the token.

        Returns:
            Where it is, to be sealed, and the public key in PEM.

        Raises:
            EnvironmentalError: `vault.token-failed`.
        """
        place = Kept(f"{_LABEL}{name}", os.urandom(_ID_BYTES))
        spec = f"{'EC' if shape.algorithm == 'ECDSA' else shape.algorithm}-{shape.bits}"
        with _telling():
            public = self._kept.make(place, spec)
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return msgspec.msgpack.encode(place), pem.decode()

    def sign(self, place: bytes, algorithm: KmsAlgorithm, message: bytes, *, digested: bool) -> bytes:
        """A signature, as `formats.kms.algorithms.sign` gives it; errors as for `make`."""
        kept = msgspec.msgpack.decode(place, type=Kept)
        with _telling():
            if algorithm.family == "ECDSA":
                return self._kept.sign_ecdsa(kept, algorithm.hash_name, message, digested=digested)
            if algorithm.padding == "PSS":
                return self._kept.sign_pss(kept, algorithm.hash_name, message, digested=digested)
            return self._kept.sign_pkcs1(kept, algorithm.hash_name, message, digested=digested)

    def destroy(self, place: bytes) -> None:
        """Destroy a key there; one that is not there any more is no error.

        Raises:
            EnvironmentalError: `vault.token-failed`.
        """
        with _telling():
            self._kept.destroy(msgspec.msgpack.decode(place, type=Kept))

    def close(self) -> None:
        """Log out."""
        self._kept.close()


@contextmanager
def _telling() -> Iterator[None]:
    """Tell what goes wrong on the token as a failure of the vault, which is no doing of who asks."""
    try:
        yield
    except SealwrightError as error:
        raise EnvironmentalError("vault.token-failed", problem=f"{error} ({error.code})") from None
