"""The check of a signature's time that failed, and timestamps that were asked for in vain.

notation's own words end where a library's begin (tspclient-go, Go's asn1 and x509); of these, the ones that
follow from what is wrong are said, and in place of others our own sentence.
"""

__all__ = ["WORDS"]

_PARSED = "failed to parse timestamp countersignature with error: "
_INFO = "failed to get timestamp from timestamp countersignature with error: invalid TSTInfo: "
_VERIFIED = "failed to verify the timestamp countersignature with error: failed to verify signed token: "
_CMS = _VERIFIED + "cms verification failure: "

WORDS = {
    "timestamp.certificate-expired": (
        "verification time is after certificate {subject:q} validity period, it was expired at {not_after:q}"
    ),
    "timestamp.certificate-not-yet-valid": (
        "verification time is before certificate {subject:q} validity period, "
        "it will be valid from {not_before:q}"
    ),
    "timestamp.missing": "no timestamp countersignature was found in the signature envelope",
    "timestamp.malformed": _PARSED + "cms: syntax error: {problem}",
    "timestamp.not-signed-data": _PARSED + "cms: content type is not signed-data",
    "timestamp.not-a-timestamp": (
        _PARSED + "unexpected content type: {content_type}. "
        "Expected to be id-ct-TSTInfo (1.2.840.113549.1.9.16.1.4)"
    ),
    "timestamp.imprint-algorithm": _INFO + "unrecognized hash algorithm: {found}",
    "timestamp.imprint-mismatch": _INFO + "mismatched message",
    "timestamp.algorithm": _CMS + "unknown signature algorithm",
    "timestamp.digest-mismatch": _CMS + "mismatch message digest",
    "timestamp.signer-missing": _VERIFIED + "signing certificate not found in the timestamp token",
    "timestamp.signer-mismatch": (
        _VERIFIED + "signing certificate hash does not match CertHash in signed attribute"
    ),
    "timestamp.signature-invalid": _CMS + "crypto/rsa: verification error",
    "timestamp.untrusted-chain": _CMS + "x509: certificate signed by unknown authority",
    "timestamp.chain": "failed to validate the timestamping certificate chain with error: {problem}",
    "timestamp.before-certificate": (
        "timestamp can be before certificate {subject:q} validity period, "
        "it will be valid from {not_before:q}"
    ),
    "timestamp.after-certificate": (
        "timestamp can be after certificate {subject:q} validity period, it was expired at {not_after:q}"
    ),
    "timestamp.revoked": "timestamping certificate with subject {subject:q} is revoked",
    "timestamp.revocation-unknown": (
        "timestamping certificate with subject {subject:q} revocation status is unknown"
    ),
}
