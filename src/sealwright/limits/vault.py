"""Bounds on vaults and their keys."""

__all__ = ["KMS_MESSAGE_BYTES", "KMS_SIGNATURE_BYTES"]

KMS_MESSAGE_BYTES = 4096
"""Longest message that Oracle's key management signs as it is; longer ones are signed by their digest."""

KMS_SIGNATURE_BYTES = 64 * 1024
"""Largest stored signature of a vault's key. Message and signature in base64 are 6 KiB at most."""
