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
    "timestamp.certificate-expired": (
        "verification time is after certificate {subject:q} validity period, it was expired at {not_after:q}"
    ),
    "timestamp.certificate-not-yet-valid": (
        "verification time is before certificate {subject:q} validity period, "
        "it will be valid from {not_before:q}"
    ),
    "timestamp.missing": "no timestamp countersignature was found in the signature envelope",
    "revocation.not-supported": "signing certificate with subject {subject:q} revocation status is unknown",
}
