"""New private keys."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sealwright.errors import UsageError
from sealwright.pki.keys import PrivateKey

__all__ = ["KEY_SPECS", "generate"]

_RSA_BITS: Mapping[str, int] = {"RSA-2048": 2048, "RSA-3072": 3072, "RSA-4096": 4096}
_CURVES: Mapping[str, ec.EllipticCurve] = {
    "EC-256": ec.SECP256R1(),
    "EC-384": ec.SECP384R1(),
    "EC-521": ec.SECP521R1(),
}

KEY_SPECS = (*_RSA_BITS, *_CURVES)
"""The kinds of key that can sign images, by the plugin contract's names."""


def generate(key_spec: str) -> PrivateKey:
    """A new private key from the system's randomness.

    Args:
        key_spec: one of `KEY_SPECS`.

    Raises:
        UsageError: `pki.key-type-unknown`.
    """
    if key_spec in _RSA_BITS:
        return rsa.generate_private_key(65537, _RSA_BITS[key_spec])
    if key_spec in _CURVES:
        return ec.generate_private_key(_CURVES[key_spec])
    raise UsageError("pki.key-type-unknown", type=key_spec, known=", ".join(KEY_SPECS))
