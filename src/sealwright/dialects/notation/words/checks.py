"""Checks of a signature that failed."""

__all__ = ["TYPES", "WORDS"]

TYPES = {
    "integrity": "integrity",
    "authenticity": "authenticity",
    "identity": "authenticity",
    "expiry": "expiry",
    "timestamp": "authenticTimestamp",
    "revocation": "revocation",
}
"""Our checks to notation's validation types."""

_OTHER_BLOB = "integrity check failed. signature does not match the given blob"

WORDS = {
    "artifact.payload-mismatch": _OTHER_BLOB,
    "artifact.blob-hash": _OTHER_BLOB,
    "artifact.metadata-missing": "unable to find specified metadata in the signature",
    "expiry.expired": "digital signature has expired on {expiry:q}",
    "revocation.plugin-refused": (
        "revocation check by verification plugin {plugin:q} failed with reason {said:q}"
    ),
    "revocation.revoked": "signing certificate with subject {subject:q} is revoked",
    "revocation.unknown": "signing certificate with subject {subject:q} revocation status is unknown",
}
