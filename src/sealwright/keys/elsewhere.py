"""Private keys that sign elsewhere, in the shape of the library's, so that they also sign certificates.

A token or a service gives the raw signature; it is verified here before anybody sees it. Safe to share
between threads if what signs is.
"""

from typing import NoReturn, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PSS, AsymmetricPadding

from sealwright.errors import KeyUnavailableError
from sealwright.pki.keys import PrivateKey, PublicKey

__all__ = ["SignsElsewhere", "private_key"]


class SignsElsewhere(Protocol):
    """What holds the key.

    `wrong` is the reason code for a signature that the public key does not verify.
    """

    @property
    def wrong(self) -> str:
        """See the class."""
        ...

    def rsa(self, message: bytes, hash_name: str, *, pss: bool) -> bytes:
        """The signature of a message, with PSS (the salt as long as the hash) or PKCS #1 v1.5.

        Args:
            message: all of it.
            hash_name: hashlib's.
            pss: which of the two.
        """
        ...

    def ecdsa(self, message: bytes, hash_name: str) -> bytes:
        """The signature of a message, as the DER of r and s; arguments as for `rsa`."""
        ...


def private_key(signs: SignsElsewhere, public_key: PublicKey) -> PrivateKey:
    """The private key that is elsewhere.

    Args:
        signs: where it is.
        public_key: that belongs to it.
    """
    if isinstance(public_key, rsa.RSAPublicKey):
        return _RsaKey(signs, public_key)
    return _EcKey(signs, public_key)


class _Key:
    """What keys of both kinds have."""

    def __init__(self, signs: SignsElsewhere, public_key: PublicKey) -> None:
        self._signs = signs
        self._public_key = public_key

    @property
    def key_size(self) -> int:
        return self._public_key.key_size

    def private_numbers(self) -> NoReturn:
        raise _stays()

    def private_bytes(self, *_: object) -> NoReturn:
        raise _stays()


class _RsaKey(_Key, rsa.RSAPrivateKey):
    _public_key: rsa.RSAPublicKey

    def public_key(self) -> rsa.RSAPublicKey:
        return self._public_key

    def sign(self, data: bytes, padding: AsymmetricPadding, algorithm: object) -> bytes:
        hashed = _hash(algorithm)
        signature = self._signs.rsa(bytes(data), hashed.name, pss=isinstance(padding, PSS))
        try:
            self._public_key.verify(signature, data, padding, hashed)
        except InvalidSignature:
            raise KeyUnavailableError(self._signs.wrong) from None
        return signature

    def decrypt(self, ciphertext: bytes, padding: AsymmetricPadding) -> NoReturn:
        del ciphertext, padding
        raise _stays()

    def __copy__(self) -> "_RsaKey":
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "_RsaKey":
        return self


class _EcKey(_Key, ec.EllipticCurvePrivateKey):
    _public_key: ec.EllipticCurvePublicKey

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public_key

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public_key.curve

    def sign(self, data: object, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        hashed = _hash(signature_algorithm.algorithm)
        message = bytes(data)  # type: ignore[call-overload]  # anything with a buffer
        signature = self._signs.ecdsa(message, hashed.name)
        try:
            self._public_key.verify(signature, message, signature_algorithm)
        except InvalidSignature:
            raise KeyUnavailableError(self._signs.wrong) from None
        return signature

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        del algorithm, peer_public_key
        raise _stays()

    def __copy__(self) -> "_EcKey":
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "_EcKey":
        return self


def _hash(algorithm: object) -> hashes.HashAlgorithm:
    assert isinstance(algorithm, hashes.HashAlgorithm)  # noqa: S101  # nobody here signs what is hashed already
    return algorithm


def _stays() -> TypeError:
    """A fault of ours: the key does nothing but sign."""
    return TypeError("the private key stays where it is")
