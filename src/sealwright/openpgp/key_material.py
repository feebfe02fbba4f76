"""The numbers in the packets of public keys of version 4, as keys that verify, and in signatures.

    1, 3   RSA (RFC 4880, sections 5.5.2 and 5.2.3)
    19     ECDSA, on P-256, P-384 or P-521 (RFC 6637, sections 9 and 11)
    22     EdDSA, with Ed25519 (RFC 9580, sections 5.5.5.5 and 5.2.3.3)
    27     Ed25519 (RFC 9580, sections 5.5.5.9 and 5.2.3.4)

Other algorithms sign too, or do not: nobody here verifies by them.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealwright.openpgp.packets import malformed

__all__ = ["HASHES", "PublicKey", "identity", "public_key", "signed"]

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

HASHES: dict[int, hashes.HashAlgorithm] = {8: hashes.SHA256(), 9: hashes.SHA384(), 10: hashes.SHA512()}
"""The hash algorithms that are believed, by their numbers (RFC 4880, section 9.4)."""

_RSA = frozenset({1, 3})
_ECDSA, _EDDSA, _ED25519 = 19, 22, 27
_NUMBERS_AT = 6
_RSA_BITS = range(2048, 16385)
_RAW_ED25519 = 32
_CURVE_OF_EDDSA = bytes.fromhex("2b06010401da470f01")
_CURVES: dict[bytes, ec.EllipticCurve] = {
    bytes.fromhex("2a8648ce3d030107"): ec.SECP256R1(),
    bytes.fromhex("2b81040022"): ec.SECP384R1(),
    bytes.fromhex("2b81040023"): ec.SECP521R1(),
}


def public_key(body: bytes) -> PublicKey | None:
    """The key in the body of a key packet; None if it is of a kind that does not verify here.

    Args:
        body: of a packet of version 4: version, time, algorithm, numbers.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`: it is none, or a weak one.
    """
    if len(body) < _NUMBERS_AT:
        raise malformed("a key packet is too short")
    algorithm, numbers = body[5], body[_NUMBERS_AT:]
    try:
        if algorithm in _RSA:
            modulus, exponent = _mpis(numbers, 2)
            if modulus.bit_length() not in _RSA_BITS:
                raise malformed(f"an RSA key of {modulus.bit_length()} bits")
            return rsa.RSAPublicNumbers(exponent, modulus).public_key()
        if algorithm == _ED25519:
            return ed25519.Ed25519PublicKey.from_public_bytes(numbers)
        if algorithm in (_ECDSA, _EDDSA):
            return _on_curve(algorithm, numbers)
    except ValueError as error:
        raise malformed(f"a key packet holds no key: {error}") from None
    return None


def identity(key: PublicKey) -> bytes:
    """Bytes that are equal for equal keys, however they are written.

    Of RSA that is the modulus: whoever can sign with one exponent can with every other one.
    """
    if isinstance(key, rsa.RSAPublicKey):
        modulus = key.public_numbers().n
        return b"rsa" + modulus.to_bytes((modulus.bit_length() + 7) // 8)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def signed(key: PublicKey, algorithm: int, digest: bytes, hash_algorithm: int, value: bytes) -> bool:
    """Whether the numbers of a signature packet are a signature of a hash.

    Args:
        key: of whoever is said to have signed.
        algorithm: the number that the signature gives for it.
        digest: the hash.
        hash_algorithm: its number, one of `HASHES`.
        value: the numbers.
    """
    hashed = Prehashed(HASHES[hash_algorithm])
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm in _RSA:
            (number,) = _mpis(value, 1)
            key.verify(number.to_bytes((key.key_size + 7) // 8), digest, padding.PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm == _ECDSA:
            key.verify(encode_dss_signature(*_mpis(value, 2)), digest, ec.ECDSA(hashed))
        elif isinstance(key, ed25519.Ed25519PublicKey) and algorithm == _EDDSA:
            key.verify(b"".join(one.to_bytes(_RAW_ED25519) for one in _mpis(value, 2)), digest)
        elif isinstance(key, ed25519.Ed25519PublicKey) and algorithm == _ED25519:
            key.verify(value, digest)
        else:
            return False
    except (InvalidSignature, ValueError, OverflowError):  # the last for numbers that are too large
        return False
    return True


def _on_curve(algorithm: int, numbers: bytes) -> PublicKey | None:
    length = numbers[0] if numbers else 0
    name, rest = numbers[1 : 1 + length], numbers[1 + length :]
    (number,) = _mpis(rest, 1)
    point = number.to_bytes((number.bit_length() + 7) // 8)
    if algorithm == _EDDSA:
        if name != _CURVE_OF_EDDSA:
            return None
        return ed25519.Ed25519PublicKey.from_public_bytes(point.removeprefix(b"\x40"))
    curve = _CURVES.get(name)
    return None if curve is None else ec.EllipticCurvePublicKey.from_encoded_point(curve, point)


def _mpis(content: bytes, count: int) -> tuple[int, ...]:
    """So many numbers, which are all of the content (RFC 4880, section 3.2).

    Raises:
        ValueError: they are not.
    """
    found = []
    at = 0
    for _ in range(count):
        bits = int.from_bytes(content[at : at + 2])
        length = (bits + 7) // 8
        at += 2 + length
        if at > len(content):
            raise ValueError("a number is too short")
        found.append(int.from_bytes(content[at - length : at]))
    if at != len(content):
        raise ValueError("more follows than there should")
    return tuple(found)
