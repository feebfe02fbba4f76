"""Certificates that were taken back: the check `revocation`."""

REASONS = {
    "revocation.not-asked": (
        "whether a certificate was revoked was not asked at {url}",
        "verify where authorities may be asked",
    ),
    "revocation.plugin-refused": (
        "the plugin {plugin!r}, which decides on revocation, refuses the signature: {said}",
        "find out from whoever signed whether the signature was taken back",
    ),
    "revocation.not-supported": (
        "whether the certificate of {subject!r} was revoked is not known: this version cannot ask",
        'set "revocation" to "log" or "skip" in the policy, if you can do without',
    ),
}
