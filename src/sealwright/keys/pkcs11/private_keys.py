"""Private keys on a token, in the shape of the library's private keys, so that they also sign certificates.

What is signed is hashed here and signed by a raw mechanism of the token; where the token has only
mechanisms that hash, it gets all of it. Every signature is verified before anybody sees it. Safe to share
between threads.

Source: PKCS #11 v2.40, sections 2.1.7, 2.1.10 (RSA), 2.3.6 (ECDSA); RFC 8017, section 9.2, note 1
(DigestInfo).
"""

import hashlib
from collections.abc import Mapping
from typing import NoReturn, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PSS, AsymmetricPadding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sealwright.errors import KeyUnavailableError
from sealwright.keys.pkcs11.messages import Sign
from sealwright.keys.pkcs11.sessions import Sessions
from sealwright.pki.keys import PrivateKey, PublicKey

__all__ = ["private_key"]

Public = TypeVar("Public", rsa.RSAPublicKey, ec.EllipticCurvePublicKey)

_DIGEST_INFO: Mapping[str, bytes] = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""What stands before the digest in a signature of PKCS #1 v1.5."""


def private_key(sessions: Sessions, public_key: PublicKey) -> PrivateKey:
    """The private key that the sessions are about.

    Args:
        sessions: for signing.
        public_key: that belongs to it.
    """
    if isinstance(public_key, rsa.RSAPublicKey):
        return _RsaKey(sessions, public_key)
    return _EcKey(sessions, public_key)


class _TokenKey:
    """What keys of both kinds have."""

    def __init__(self, sessions: Sessions, public_key: PublicKey) -> None:
        self._sessions = sessions
        self._public_key = public_key

    @property
    def key_size(self) -> int:
        return self._public_key.key_size

    def private_numbers(self) -> NoReturn:
        raise _stays()

    def private_bytes(self, *_: object) -> NoReturn:
        raise _stays()

    def _raw(self, raw: str, hashing: str, message: bytes, hash_name: str, prefix: bytes = b"") -> bytes:
        """The signature as the token gives it.

        Args:
            raw: the mechanism for what is hashed.
            hashing: the one that hashes by itself.
            message: all of it.
            hash_name: hashlib's.
            prefix: what stands before the digest for the raw mechanism.
        """
        with self._sessions.session() as session:
            offered = session.token.mechanisms
            if raw in offered or hashing not in offered:
                content, mechanism = prefix + hashlib.new(hash_name, message).digest(), raw
            else:
                content, mechanism = message, hashing
            return session.process.ask(
                Sign(mechanism, hash_name, content, session.pin_each), bytes, "signing"
            )


class _RsaKey(_TokenKey, rsa.RSAPrivateKey):
    _public_key: rsa.RSAPublicKey

    def public_key(self) -> rsa.RSAPublicKey:
        return self._public_key

    def sign(self, data: bytes, padding: AsymmetricPadding, algorithm: object) -> bytes:
        hashed = _hash(algorithm)
        mechanism = "RSA_PKCS_PSS" if isinstance(padding, PSS) else "RSA_PKCS"
        prefix = b"" if isinstance(padding, PSS) else _DIGEST_INFO[hashed.name]
        hashing = f"{hashed.name.upper()}_{mechanism}"
        signature = self._raw(mechanism, hashing, bytes(data), hashed.name, prefix)
        try:
            self._public_key.verify(signature, data, padding, hashed)
        except InvalidSignature:
            raise KeyUnavailableError("key.pkcs11-signature") from None
        return signature

    def decrypt(self, ciphertext: bytes, padding: AsymmetricPadding) -> NoReturn:
        del ciphertext, padding
        raise _stays()

    def __copy__(self) -> "_RsaKey":
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "_RsaKey":
        return self


class _EcKey(_TokenKey, ec.EllipticCurvePrivateKey):
    _public_key: ec.EllipticCurvePublicKey

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public_key

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public_key.curve

    def sign(self, data: object, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        hashed = _hash(signature_algorithm.algorithm)
        message = bytes(data)  # type: ignore[call-overload]  # anything with a buffer
        raw = self._raw("ECDSA", f"ECDSA_{hashed.name.upper()}", message, hashed.name)
        half = len(raw) // 2
        signature = encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
        try:
            self._public_key.verify(signature, message, signature_algorithm)
        except InvalidSignature:
            raise KeyUnavailableError("key.pkcs11-signature") from None
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
    return TypeError("the private key stays on its token")
