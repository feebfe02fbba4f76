"""Public keys from what a token tells of its objects.

Source: PKCS #11 v2.40, sections 2.1.2 (RSA) and 2.3.3 (EC: parameters are a named curve, the point is an
octet string in DER; some tokens give the point as it is).
"""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sealwright.keys.pkcs11.messages import TokenKey
from sealwright.pki.keys import PublicKey

__all__ = ["CURVES", "knows", "of"]

CURVES: Mapping[str, tuple[bytes, ec.EllipticCurve]] = {
    "EC-256": (bytes.fromhex("06082a8648ce3d030107"), ec.SECP256R1()),
    "EC-384": (bytes.fromhex("06052b81040022"), ec.SECP384R1()),
    "EC-521": (bytes.fromhex("06052b81040023"), ec.SECP521R1()),
}
"""Kind of key to its object identifier in DER and the library's curve."""

_OCTET_STRING = 0x04
_LONG = 0x81


def knows(curve: bytes) -> bool:
    """Whether EC parameters are those of a curve that signs images."""
    return any(curve == parameters for parameters, _ in CURVES.values())


def of(key: TokenKey) -> PublicKey | None:
    """The public key; None if the token does not tell it, or tells what is none.

    Args:
        key: a public key object, or a private one of RSA, which tells the same.
    """
    try:
        if key.modulus and key.exponent:
            numbers = rsa.RSAPublicNumbers(int.from_bytes(key.exponent), int.from_bytes(key.modulus))
            return numbers.public_key()
        for parameters, curve in CURVES.values():
            if key.curve == parameters and key.point:
                point = _point(key.point, 1 + 2 * -(-curve.key_size // 8))
                return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except ValueError:
        return None
    return None


def _point(content: bytes, length: int) -> bytes:
    """The uncompressed point of that length, with or without its DER around it."""
    head = bytes([_OCTET_STRING, length]) if length < 0x80 else bytes([_OCTET_STRING, _LONG, length])  # noqa: PLR2004  # X.690, 8.1.3
    return content.removeprefix(head) if len(content) == len(head) + length else content
