"""The check of a signature's time that failed, and timestamps that were asked for in vain.

notation's own words end where a library's begin (tspclient-go, Go's asn1 and x509); of these, the ones that
follow from what is wrong are said, and in place of others our own sentence.
"""

from collections.abc import Mapping

__all__ = ["CMS", "WORDS", "chain", "parsing", "unfit"]

CMS = "cms verification failure: "

_SYNTAX = "cms: syntax error: "
_BER = _SYNTAX + "invalid signed data: failed to convert from BER to DER: asn1: syntax error: "
_REACH = "value should be less or equal to the subsequent octets length"
_FAULTS = {
    "short": _BER + "decoding BER length octets: short form length octets " + _REACH,
    "long": _BER + "decoding BER length octets: long form length octets " + _REACH,
    "empty": _BER + "BER-encoded ASN.1 data structures is empty",
}
"""What is wrong with a token's ASN.1, by the fault that our own error names."""

_FORM = {
    "timestamp.not-signed-data": "cms: content type is not signed-data",
    "timestamp.not-a-timestamp": (
        "unexpected content type: {content_type}. Expected to be id-ct-TSTInfo (1.2.840.113549.1.9.16.1.4)"
    ),
}
_ABOUT = {
    "timestamp.imprint-algorithm": "invalid TSTInfo: unrecognized hash algorithm: {found}",
    "timestamp.imprint-mismatch": "invalid TSTInfo: mismatched message",
}


def parsing(reason: str, data: Mapping[str, object]) -> str:
    """What tspclient-go says of a token that cannot be read, or is about something else.

    Args:
        reason: our code.
        data: what its sentence names.

    Returns:
        Its words, or ours behind the kind of error that it has; empty if it has none.
    """
    if reason == "timestamp.malformed":
        return _FAULTS.get(str(data.get("fault", ""))) or f"{_SYNTAX}{data.get('problem', '')}"
    return {**_FORM, **_ABOUT}.get(reason, "").format_map(data)


def unfit(data: Mapping[str, object]) -> str:
    """What Go's x509 and tspclient-go say of an authority's certificate whose purpose is another.

    Args:
        data: of our error `timestamp.chain`.

    Returns:
        Their words; empty where they have others than ours.
    """
    rule, found = data["rule"], str(data.get("found", ""))
    if rule == "certificate.timestamping-not-critical":
        return _NOT_VERIFIED + "signing certificate extended key usage extension must be set as critical"
    if rule != "certificate.not-for-timestamps":
        return ""
    if "timeStamping" in found or found == "nothing":
        return _NOT_VERIFIED + (
            "signing certificate must have and only have ExtKeyUsageTimeStamping as extended key usage"
        )
    return f"{_NOT_VERIFIED}{CMS}x509: certificate specifies an incompatible key usage"


def chain(data: Mapping[str, object]) -> str:
    """What notation says in a verification of an authority whose certificates cannot be used.

    Args:
        data: of our error `timestamp.chain`.
    """
    said = unfit(data)
    if said:
        return f"failed to verify the timestamp countersignature with error: {said}"
    return f"failed to validate the timestamping certificate chain with error: {data['problem']}"


_NOT_VERIFIED = "failed to verify signed token: "
_PARSED = "failed to parse timestamp countersignature with error: "
_TAKEN = "failed to get timestamp from timestamp countersignature with error: "
_VERIFIED = "failed to verify the timestamp countersignature with error: " + _NOT_VERIFIED
_CMS = _VERIFIED + CMS

WORDS = {
    "timestamp.malformed": _PARSED + "{parsing}",
    **{code: _PARSED + words for code, words in _FORM.items()},
    **{code: _TAKEN + words for code, words in _ABOUT.items()},
    "timestamp.certificate-expired": (
        "verification time is after certificate {subject:q} validity period, it was expired at {not_after:q}"
    ),
    "timestamp.certificate-not-yet-valid": (
        "verification time is before certificate {subject:q} validity period, "
        "it will be valid from {not_before:q}"
    ),
    "timestamp.missing": "no timestamp countersignature was found in the signature envelope",
    "timestamp.algorithm": _CMS + "unknown signature algorithm",
    "timestamp.digest-mismatch": _CMS + "mismatch message digest",
    "timestamp.signer-missing": _VERIFIED + "signing certificate not found in the timestamp token",
    "timestamp.signer-not-named": (
        _VERIFIED + "failed to get SigningCertificateV2 from signed attributes: attribute not found"
    ),
    "timestamp.signer-mismatch": (
        _VERIFIED + "signing certificate hash does not match CertHash in signed attribute"
    ),
    "timestamp.signature-invalid": _CMS + "crypto/rsa: verification error",
    "timestamp.untrusted-chain": _CMS + "x509: certificate signed by unknown authority",
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
