"""Signatures that lead to nobody trusted: the check `authenticity`."""

REASONS = {
    "authenticity.no-trusted-certificates": (
        "there is no certificate to trust: the policy's stores for this signature are {stores}",
        "add the signer's root {root!r} to one of them, if you trust it",
    ),
    "authenticity.untrusted-chain": (
        "no certificate of the signature is in the trust stores {stores}; its root is {root!r}",
        "add the root to one of them, if you trust it (SHA-256 {fingerprint})",
    ),
}
