"""Keys at work: the algorithm of a key, raw signatures made and verified.

Source: signature-specification.md, "Algorithm Selection"; RFC 7518, section 3.4 (r and s side by side);
RFC 8017, section 8.1 (PSS, the salt as long as the hash).

"Raw" is what envelopes carry: for ECDSA r and s, each of the curve's length in bytes, big end first.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from sealwright.errors import CheckFailedError, KeyUnavailableError
from sealwright.pki.algorithms import ALGORITHMS, Algorithm

__all__ = ["PrivateKey", "PublicKey", "algorithm_of", "describe", "require_algorithm", "sign", "verify"]

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_BY_CURVE = {"secp256r1": "EC-256", "secp384r1": "EC-384", "secp521r1": "EC-521"}
_BY_KEY_SPEC = {algorithm.key_spec: algorithm for algorithm in ALGORITHMS}
_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_PADDINGS = {
    name: padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
    for name, digest in _HASHES.items()
}


def algorithm_of(public_key: object) -> Algorithm | None:
    """The one algorithm that goes with a key; None if the key is none of the six kinds."""
    if isinstance(public_key, rsa.RSAPublicKey):
        return _BY_KEY_SPEC.get(f"RSA-{public_key.key_size}")
    if isinstance(public_key, ec.EllipticCurvePublicKey):
        return _BY_KEY_SPEC.get(_BY_CURVE.get(public_key.curve.name, ""))
    return None


def describe(public_key: object) -> str:
    """A key in a few words: `RSA 3072`, `EC secp256r1`, or the kind of any other key."""
    if isinstance(public_key, rsa.RSAPublicKey):
        return f"RSA {public_key.key_size}"
    if isinstance(public_key, ec.EllipticCurvePublicKey):
        return f"EC {public_key.curve.name}"
    return type(public_key).__name__.removesuffix("PublicKey") if public_key is not None else "no known key"


def require_algorithm(public_key: object) -> Algorithm:
    """The algorithm that goes with a key.

    Raises:
        KeyUnavailableError: `key.unsupported`.
    """
    algorithm = algorithm_of(public_key)
    if algorithm is None:
        raise KeyUnavailableError("key.unsupported", key=describe(public_key))
    return algorithm


def sign(private_key: PrivateKey, message: bytes, algorithm: Algorithm) -> bytes:
    """The raw signature of a message.

    Args:
        private_key: the key.
        message: all of the bytes; they are hashed here.
        algorithm: must be the one that goes with the key.

    Raises:
        KeyUnavailableError: `key.unsupported` or `key.algorithm-mismatch`.
    """
    fitting = require_algorithm(private_key.public_key())
    if algorithm != fitting:
        raise KeyUnavailableError("key.algorithm-mismatch", wanted=algorithm.name, fitting=fitting.name)
    if isinstance(private_key, rsa.RSAPrivateKey):
        return private_key.sign(message, _PADDINGS[algorithm.hash_name], _HASHES[algorithm.hash_name])
    r, s = decode_dss_signature(private_key.sign(message, _ecdsa(algorithm)))
    return r.to_bytes(algorithm.coordinate) + s.to_bytes(algorithm.coordinate)


def verify(public_key: object, signature: bytes, message: bytes, algorithm: Algorithm) -> None:
    """Check a raw signature.

    Args:
        public_key: of the leaf certificate.
        signature: raw, as an envelope carries it.
        message: all of the signed bytes.
        algorithm: must be the one that goes with the key.

    Raises:
        CheckFailedError: `integrity.algorithm-mismatch` or `integrity.signature-invalid`.
    """
    fitting = algorithm_of(public_key)
    if algorithm != fitting:
        words = fitting.name if fitting else f"no signatures ({describe(public_key)})"
        raise CheckFailedError("integrity.algorithm-mismatch", found=algorithm.name, fitting=words)
    try:
        if isinstance(public_key, ec.EllipticCurvePublicKey):
            public_key.verify(_der(signature, algorithm), message, _ecdsa(algorithm))
            return
        assert isinstance(public_key, rsa.RSAPublicKey)  # noqa: S101  # the other kind with an algorithm
        public_key.verify(signature, message, _PADDINGS[algorithm.hash_name], _HASHES[algorithm.hash_name])
    except InvalidSignature:
        raise CheckFailedError("integrity.signature-invalid", algorithm=algorithm.name) from None


def _ecdsa(algorithm: Algorithm) -> ec.ECDSA:
    """Made on use: the library loads its ciphers for it, and whoever meets RSA alone need not wait."""
    return ec.ECDSA(_HASHES[algorithm.hash_name])


def _der(signature: bytes, algorithm: Algorithm) -> bytes:
    """The numbers r and s as the library wants them."""
    size = algorithm.coordinate
    if len(signature) != 2 * size:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(signature[:size]), int.from_bytes(signature[size:]))
