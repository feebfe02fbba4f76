"""Signatures whose own parts do not hold together: the check `integrity`."""

REASONS = {
    "integrity.key-unknown": (
        "the signature was made by the key {key}, which is none of {keyring}",
        "add that public key to the keyring, if you trust its owner",
    ),
    "integrity.openpgp-bad": (
        "the signature by the key {key} does not fit what it is about: it, or what it signs, was changed",
        "the image has to be signed again",
    ),
    "integrity.openpgp-count": (
        "the message holds {found} signatures where exactly one has to be",
        "let each signer make a signature of their own",
    ),
    "integrity.openpgp-unsupported": (
        "the signature by the key {key} was made in a way that is not known, or not trusted any more",
        "sign with a newer key or digest; where Sequoia refuses an old key, SEALWRIGHT_OPENPGP=gpg asks gpg",
    ),
    "integrity.openpgp-document": (
        "{backend} and our own reader see different documents in the signed message",
        "the image has to be signed again; find out where this signature comes from",
    ),
    "integrity.backends-disagree": (
        "two OpenPGP programs judge the signature differently: {problem}",
        "find out which of them is right before you trust either",
    ),
    "integrity.signature-invalid": (
        "the signature ({algorithm}) does not fit what it is about: it, or what it signs, was changed",
        "the image has to be signed again",
    ),
    "integrity.algorithm-mismatch": (
        "the signature says it was made with {found}, but its key makes {fitting}",
        "the image has to be signed again",
    ),
    "integrity.unknown-critical-attribute": (
        "the signature has critical attributes that nobody here understands: {attributes}",
        "verify it with a newer version, or have the image signed without them",
    ),
    "integrity.chain": (
        "the certificate chain cannot carry a signature: {problem}",
        "the image has to be signed again, with a chain that fits the profile",
    ),
    "integrity.kms-key-kind": (
        "the signature says it was made with {algorithm}, and the key is of another kind",
        "sign images with an RSA key of the vault",
    ),
}
