"""The signatures of responders under their answers.

Hashes that collide (MD5, SHA-1) count for nothing, as in chains.
"""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

__all__ = ["SHORTEST_RSA", "STRONG_HASHES", "is_signed"]

STRONG_HASHES = frozenset({"sha256", "sha384", "sha512"})
SHORTEST_RSA = 2048


def is_signed(
    public_key: object,
    signature: bytes,
    message: bytes,
    digest: hashes.HashAlgorithm | None,
    pss: padding.PSS | None,
) -> bool:
    """Whether a key made a signature.

    Args:
        public_key: the library's object; of any kind.
        signature: as ASN.1 carries it.
        message: all of the signed bytes.
        digest: the hash that it names; None for Ed25519.
        pss: the padding that it names; None: PKCS#1 version 1.5, if it is of RSA.
    """
    if digest is not None and digest.name not in STRONG_HASHES:
        return False
    try:
        match public_key:
            case rsa.RSAPublicKey() if digest is not None and public_key.key_size >= SHORTEST_RSA:
                public_key.verify(signature, message, pss or padding.PKCS1v15(), digest)
            case ec.EllipticCurvePublicKey() if digest is not None and pss is None:
                public_key.verify(signature, message, ec.ECDSA(digest))
            case ed25519.Ed25519PublicKey() if digest is None and pss is None:
                public_key.verify(signature, message)
            case _:
                return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
