"""Certificate chains that cannot be used for signing."""

__all__ = ["WORDS"]

_CHAIN = "certificate-chain is invalid, "
_SUBJECT = _CHAIN + "certificate with subject {subject:q}"

WORDS = {
    "certificate.malformed": "x509: malformed certificate",
    "certificate.other-block": "x509: malformed tbs certificate",
    "certificate.not-valid-at-signing": (
        _SUBJECT + " was invalid at signing time of {at}. Certificate is valid from [{not_before}] "
        "to [{not_after}]"
    ),
    "certificate.not-issued": _SUBJECT + " is not issued by {issuer:q}",
    "certificate.root-not-self-signed": (
        _CHAIN + "root certificate with subject {subject:q} is not self-signed. "
        "Certificate chain must end with a valid self-signed root certificate"
    ),
    "certificate.self-signed-not-root": (
        _CHAIN + "leaf certificate with subject {subject:q} is self-signed. "
        "Certificate chain must not contain self-signed leaf certificate"
    ),
    "certificate.key-usage-missing": _SUBJECT + ": key usage extension must be present",
    "certificate.key-usage-not-critical": _SUBJECT + ": key usage extension must be marked critical",
    "certificate.leaf-cannot-sign": (
        _CHAIN + "the certificate with subject {subject:q} is invalid. "
        'The key usage must have the bit positions for "Digital Signature" set'
    ),
    "certificate.leaf-is-ca": (
        _SUBJECT + ": if the basic constraints extension is present, the ca field must be set to false"
    ),
    "certificate.ca-constraints-missing": (
        _SUBJECT + ": ca field in basic constraints must be present, critical, and set to true"
    ),
    "certificate.ca-constraints-not-critical": (
        _SUBJECT + ": ca field in basic constraints must be present, critical, and set to true"
    ),
    "certificate.ca-cannot-issue": (
        _SUBJECT + ": key usage must have the bit positions for key cert sign set"
    ),
    "certificate.path-too-long": (
        _SUBJECT + ": expected path length of {allowed} but certificate has path length {found} instead"
    ),
}
