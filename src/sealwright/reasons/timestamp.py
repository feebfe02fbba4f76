"""When a signature was made, and who says so: the check `timestamp`."""

REASONS = {
    "timestamp.signing-time-in-future": (
        "the signature says it was made at {signed_at}, which is still to come",
        "check the clock of this machine and that of the signer",
    ),
    "timestamp.certificate-expired": (
        "the certificate of {subject!r} expired at {not_after}, and no timestamp is asked for",
        "sign the image again, or trust a timestamp authority in the policy",
    ),
    "timestamp.certificate-not-yet-valid": (
        "the certificate of {subject!r} is not valid before {not_before}",
        "check the clock of this machine",
    ),
    "timestamp.missing": (
        "the policy asks for a timestamp, and the signature has none",
        "have the image signed with a timestamp",
    ),
    "timestamp.not-supported": (
        "the policy asks for a timestamp, which this version cannot check",
        'set "authenticTimestamp" to "log", or take the tsa store out of the policy',
    ),
}
