"""Signatures that lead to nobody trusted: the check `authenticity`."""

REASONS = {
    "authenticity.key-revoked": (
        "the key {key} of {owner} was revoked",
        "the image has to be signed again, with another key",
    ),
    "authenticity.key-expired": (
        "the key {key} of {owner} has expired, and nothing vouches for the time of the signature",
        "get the public key again, if its owner has prolonged it, or have the image signed with another key",
    ),
    "authenticity.no-trusted-certificates": (
        "there is no certificate to trust: the policy's stores for this signature are {stores}",
        "add the signer's root {root!r} to one of them, if you trust it",
    ),
    "authenticity.untrusted-chain": (
        "no certificate of the signature is in the trust stores {stores}; its root is {root!r}",
        "add the root to one of them, if you trust it (SHA-256 {fingerprint})",
    ),
}
