"""Bounds on vaults and their keys."""

__all__ = [
    "KMS_EXPORT_BYTES",
    "KMS_EXPORT_SECONDS",
    "KMS_MESSAGE_BYTES",
    "KMS_SIGNATURE_BYTES",
    "KMS_STATE_SECONDS",
]

KMS_MESSAGE_BYTES = 4096
"""Longest message that Oracle's key management signs as it is; longer ones are signed by their digest."""

KMS_SIGNATURE_BYTES = 64 * 1024
"""Largest stored signature of a vault's key. Message and signature in base64 are 6 KiB at most."""

KMS_EXPORT_BYTES = 16 * 1024 * 1024
"""Largest document of exported public keys: a version takes about 1 KiB, so that is some thousand keys."""

KMS_EXPORT_SECONDS = 30 * 86400
"""Age up to which exported keys count where a policy says nothing: they know of no key disabled since."""

KMS_STATE_SECONDS = 60
"""How long the answer of a vault about the state of a key may be used: a key that is disabled stops counting
within this time."""
