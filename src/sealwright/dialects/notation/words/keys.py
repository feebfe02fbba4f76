"""Signing keys, their list, and what stands in the way of a signature."""

__all__ = ["CERTIFICATE_NOT_PEM", "WORDS"]

WORDS = {
    "document.key-name-repeated": "malformed signingkeys.json: multiple keys with name '{name}' found",
    "document.default-key-missing": "malformed signingkeys.json: default key '{name}' not found",
    "key.no-default": "default signing key not set. Please set default signing key or specify a key name",
    "key.unknown": "signing key {name} not found",
    "key.name-taken": "signing key with name {name:q} already exists",
    "key.not-pem": "tls: failed to find any PEM data in key input",
    "key.malformed": "tls: failed to parse private key",
    "key.certificate-mismatch": "tls: private key does not match public key",
    "signing.metadata-reserved": (
        "error adding user metadata: metadata key {key} has reserved prefix {prefix}"
    ),
    "signing.metadata-clash": (
        "error adding user metadata: metadata key {key} is already present in the target artifact"
    ),
}

CERTIFICATE_NOT_PEM = "tls: failed to find any PEM data in certificate input"
"""Of a file of certificates beside a key."""
