"""Key material: made, read again, brought in. What is secret leaves these functions only to be sealed."""

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding

from sealwright.errors import UsageError
from sealwright.service.vault.records import SHAPES, Imported, KeyShape

__all__ = [
    "PrivateKey",
    "encoded",
    "loaded",
    "made",
    "public_pem",
    "require_shape",
    "unwrapped",
    "wrapping_key",
]

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_EXPONENT = 65537
_CURVES: Mapping[int, ec.EllipticCurve] = {256: ec.SECP256R1(), 384: ec.SECP384R1(), 521: ec.SECP521R1()}
_WRAPPING_BITS = 4096
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def require_shape(shape: KeyShape) -> KeyShape:
    """Give a shape back if there are such keys.

    Raises:
        UsageError: `vault.shape-unknown`.
    """
    if shape not in SHAPES:
        known = ", ".join(one.words for one in SHAPES)
        raise UsageError("vault.shape-unknown", shape=f"{shape.algorithm}-{shape.bits}", known=known)
    return shape


def made(shape: KeyShape) -> bytes:
    """New material: PKCS #8 in DER, or the bytes of a secret."""
    match shape.algorithm:
        case "RSA":
            return encoded(rsa.generate_private_key(_EXPONENT, shape.bits))
        case "ECDSA":
            return encoded(ec.generate_private_key(_CURVES[shape.bits]))
        case "ED25519":
            return encoded(ed25519.Ed25519PrivateKey.generate())
        case "AES":
            return os.urandom(shape.bits // 8)


def wrapping_key() -> bytes:
    """A new key under which others are brought in; as `made` gives it."""
    return encoded(rsa.generate_private_key(_EXPONENT, _WRAPPING_BITS))


def encoded(key: PrivateKey) -> bytes:
    """A private key as PKCS #8 in DER."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def loaded(content: bytes) -> PrivateKey:
    """A private key of ours again; it is taken as it is, since its seal held."""
    key = serialization.load_der_private_key(content, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, PrivateKey)  # noqa: S101  # we made or checked it
    return key


def public_pem(shape: KeyShape, content: bytes) -> str:
    """The public key of material, in PEM; empty for a secret."""
    if shape.algorithm == "AES":
        return ""
    public = loaded(content).public_key()
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def unwrapped(imported: Imported, wrapping: bytes, shape: KeyShape) -> bytes:
    """What is brought in, as `made` gives it.

    Sources: Oracle's documentation, "Importing Vault Keys and Key Versions"; RFC 8017, section 7.1 (OAEP,
    with SHA-256 also in the mask); RFC 5649 (AES key wrap with padding). `RSA_OAEP_AES_SHA256` is a key of
    AES under RSA, then what is brought in under that key.

    Args:
        imported: what came.
        wrapping: the private wrapping key, as `wrapping_key` gave it.
        shape: what it has to be.

    Raises:
        UsageError: `vault.import-unwrapped`, `vault.import-unusable`.
    """
    content = _unwrapped(imported, wrapping)
    if shape.algorithm == "AES":
        if len(content) * 8 != shape.bits:
            raise UsageError(
                "vault.import-unusable", problem=f"it has {len(content)} bytes", wanted=shape.words
            )
        return content
    try:
        key = serialization.load_der_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        problem = "it is no PKCS #8 of a key that we know, in DER"
        raise UsageError("vault.import-unusable", problem=problem, wanted=shape.words) from None
    if _shape_of(key) != shape:
        problem = "it is a key of another kind"
        raise UsageError("vault.import-unusable", problem=problem, wanted=shape.words)
    if isinstance(key, rsa.RSAPrivateKey) and key.public_key().public_numbers().e < _EXPONENT:
        problem = f"its public exponent is below {_EXPONENT}"
        raise UsageError("vault.import-unusable", problem=problem, wanted=shape.words)
    assert isinstance(key, PrivateKey)  # noqa: S101  # by its shape
    return encoded(key)


def _unwrapped(imported: Imported, wrapping: bytes) -> bytes:
    key = loaded(wrapping)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101  # that is what we make
    size = key.key_size // 8
    first, rest = imported.wrapped[:size], imported.wrapped[size:]
    try:
        content = key.decrypt(first, _OAEP)
        if imported.algorithm == "RSA_OAEP_SHA256":
            if rest:
                raise ValueError(len(rest))  # noqa: TRY301  # told as all others
            return content
        return aes_key_unwrap_with_padding(content, rest)
    except (ValueError, InvalidUnwrap, InvalidTag):
        raise UsageError("vault.import-unwrapped", algorithm=imported.algorithm) from None


def _shape_of(key: object) -> KeyShape | None:
    if isinstance(key, rsa.RSAPrivateKey):
        return KeyShape("RSA", key.key_size)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        known = {curve.name: bits for bits, curve in _CURVES.items()}
        return KeyShape("ECDSA", known.get(key.curve.name, 0))
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return KeyShape("ED25519", 256)
    return None
