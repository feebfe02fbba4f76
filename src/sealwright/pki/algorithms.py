"""Signature algorithms, each derived from the key and never chosen.

Source: signature-specification.md, "Algorithm Selection".

| key       | algorithm            | JWS   | COSE |
|-----------|----------------------|-------|------|
| RSA 2048  | RSASSA-PSS-SHA-256   | PS256 | -37  |
| RSA 3072  | RSASSA-PSS-SHA-384   | PS384 | -38  |
| RSA 4096  | RSASSA-PSS-SHA-512   | PS512 | -39  |
| EC P-256  | ECDSA-SHA-256        | ES256 | -7   |
| EC P-384  | ECDSA-SHA-384        | ES384 | -35  |
| EC P-521  | ECDSA-SHA-512        | ES512 | -36  |
"""

import msgspec

__all__ = ["ALGORITHMS", "BY_NAME", "Algorithm"]


class Algorithm(msgspec.Struct, frozen=True):
    """One row of the table.

    `key_spec` is the plugin contract's name of the key. `hash_name` is hashlib's. `coordinate` is the
    length in bytes of r and of s, 0 for RSA; PSS salts are as long as the hash.
    """

    name: str
    key_spec: str
    jws: str
    cose: int
    hash_name: str
    coordinate: int = 0


ALGORITHMS = (
    Algorithm("RSASSA-PSS-SHA-256", "RSA-2048", "PS256", -37, "sha256"),
    Algorithm("RSASSA-PSS-SHA-384", "RSA-3072", "PS384", -38, "sha384"),
    Algorithm("RSASSA-PSS-SHA-512", "RSA-4096", "PS512", -39, "sha512"),
    Algorithm("ECDSA-SHA-256", "EC-256", "ES256", -7, "sha256", 32),
    Algorithm("ECDSA-SHA-384", "EC-384", "ES384", -35, "sha384", 48),
    Algorithm("ECDSA-SHA-512", "EC-521", "ES512", -36, "sha512", 66),
)

BY_NAME = {algorithm.name: algorithm for algorithm in ALGORITHMS}
