"""Codes in notation's tables of words that are none of ours: the dialect chooses them by more than a code."""

__all__ = ["CHOSEN"]

CHOSEN = frozenset(
    {
        "key.certificate-not-pem",
        "key.not-pem",
        "truststore.not-a-root",
        "truststore.unfit",
        "truststore.unreadable",
    }
)
