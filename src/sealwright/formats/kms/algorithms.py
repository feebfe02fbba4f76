"""The signing algorithms of a vault, by the names of Oracle's key management.

Sources: Oracle's API reference, "SignDataDetails" (eleven names); RFC 8017, sections 8.1 and 8.2, where hash
and mask hash are the named one; FIPS 186-5 for ECDSA, whose signatures are the DER of r and s (RFC 3279,
section 2.2.3).

No source tells how long the salt of PSS is. We sign with one as long as the hash, as most hardware does, and
take any length when we verify.
"""

from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

__all__ = ["ALGORITHMS", "IMAGE_ALGORITHMS", "KmsAlgorithm", "is_for", "public_key", "sign", "verifies"]

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class KmsAlgorithm(msgspec.Struct, frozen=True):
    """One name: the kind of key that it is for, the hash by hashlib's name, and the padding of RSA."""

    name: str
    family: str
    hash_name: str
    padding: str = ""


_PSS = tuple(KmsAlgorithm(f"SHA_{n}_RSA_PKCS_PSS", "RSA", f"sha{n}", "PSS") for n in (224, 256, 384, 512))
_PKCS1 = tuple(
    KmsAlgorithm(f"SHA_{n}_RSA_PKCS1_V1_5", "RSA", f"sha{n}", "PKCS1") for n in (224, 256, 384, 512)
)
_ECDSA = tuple(KmsAlgorithm(f"ECDSA_SHA_{n}", "ECDSA", f"sha{n}") for n in (256, 384, 512))

ALGORITHMS: Mapping[str, KmsAlgorithm] = {one.name: one for one in (*_PSS, *_PKCS1, *_ECDSA)}
"""All that a vault signs with."""

IMAGE_ALGORITHMS: Mapping[str, KmsAlgorithm] = {one.name: one for one in _PSS}
"""Those that a signature of an image may name."""

_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def public_key(content: bytes) -> object:
    """A public key; None if the bytes are none that is known here.

    Args:
        content: a SubjectPublicKeyInfo, in PEM or DER.
    """
    load = load_pem_public_key if content.lstrip().startswith(b"-----BEGIN ") else load_der_public_key
    try:
        return load(content)
    except (ValueError, UnsupportedAlgorithm):
        return None


def is_for(algorithm: KmsAlgorithm, key: object) -> bool:
    """Whether an algorithm can be used with a public or private key; any ECDSA hash goes with any curve."""
    if algorithm.family == "RSA":
        return isinstance(key, rsa.RSAPublicKey | rsa.RSAPrivateKey)
    return isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey)


def sign(key: PrivateKey, algorithm: KmsAlgorithm, message: bytes, *, digested: bool = False) -> bytes:
    """A signature; for ECDSA in DER.

    Args:
        key: a private key that the algorithm is for.
        algorithm: one of `ALGORITHMS`.
        message: what is signed, or its digest by the algorithm's hash.
        digested: whether it is the digest.

    Raises:
        ValueError: the digest has another length, or the RSA key is too small for hash and salt.
        TypeError: the algorithm is not for such a key.
    """
    if not is_for(algorithm, key):
        raise TypeError(algorithm.name)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, _padding(algorithm, signing=True), _hash(algorithm, digested=digested))
    return key.sign(message, ec.ECDSA(_hash(algorithm, digested=digested)))


def verifies(
    key: object, algorithm: KmsAlgorithm, message: bytes, signature: bytes, *, digested: bool = False
) -> bool:
    """Whether a signature is one of the message by the key.

    Args:
        key: a public key of any kind; of another than the algorithm's, nothing verifies.
        algorithm: one of `ALGORITHMS`.
        message: what was signed, or its digest by the algorithm's hash.
        signature: for ECDSA in DER.
        digested: whether the message is the digest.
    """
    if not is_for(algorithm, key):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            scheme = _padding(algorithm, signing=False)
            key.verify(signature, message, scheme, _hash(algorithm, digested=digested))
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(_hash(algorithm, digested=digested)))
        else:
            return False
    except (InvalidSignature, ValueError):  # the latter for a digest of another length
        return False
    return True


def _hash(algorithm: KmsAlgorithm, *, digested: bool) -> hashes.HashAlgorithm | Prehashed:
    digest = _HASHES[algorithm.hash_name]
    return Prehashed(digest) if digested else digest


def _padding(algorithm: KmsAlgorithm, *, signing: bool) -> padding.AsymmetricPadding:
    if algorithm.padding == "PKCS1":
        return padding.PKCS1v15()
    digest = _HASHES[algorithm.hash_name]
    salt = padding.PSS.DIGEST_LENGTH if signing else padding.PSS.AUTO
    return padding.PSS(padding.MGF1(digest), salt)
