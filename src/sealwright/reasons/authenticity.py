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
    "authenticity.kms-other-key": (
        "the signature was made by the key {key}, and the policy asks for {wanted}",
        "add that key to the policy, if you trust whoever may use it",
    ),
    "authenticity.kms-other-version": (
        "the signature was made by the version {version} of {key}, and the policy takes {wanted}",
        "add that version to the policy, or have the image signed with another",
    ),
    "authenticity.kms-version-unknown": (
        "the key {key} has no version {version}",
        "export the public keys again, if the key was rotated since; else find out who made the signature",
    ),
    "authenticity.kms-key-state": (
        "the {what} {key} is {state}, and the policy takes no signatures of such keys",
        "have the image signed with another key, or let keyStates of the policy accept that state",
    ),
    "authenticity.kms-key-unknown": (
        "there is no key {key} in {place}",
        "correct the policy, or export the key",
    ),
    "authenticity.kms-key-ambiguous": (
        "{count} keys in {place} have the name {key}",
        "let the policy name the key by its identifier, or by vault and name",
    ),
    "authenticity.kms-no-service": (
        "nobody can be asked for the key {key}: no service and no exported keys are given",
        "give exported keys with --vault-keys, or name the service in the settings ([vault] service)",
    ),
    "authenticity.kms-export-refused": (
        "what is known of the key {key} was exported, and the policy asks the vault itself",
        "verify where the vault can be reached, or let exportedKeys of the policy accept exports",
    ),
    "authenticity.kms-export-old": (
        "what is known of the key {key} was exported at {as_of}, and the policy takes {days} days",
        "export the public keys again (seal vault key export)",
    ),
    "authenticity.kms-export-in-future": (
        "what is known of the key {key} was exported at {as_of}, which has not come yet",
        "compare the clocks of both machines, and export the public keys again",
    ),
}
