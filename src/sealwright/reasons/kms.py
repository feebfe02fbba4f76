"""Signatures by keys of a vault, as Oracle's registry keeps them."""

REASONS = {
    "kms.content-malformed": (
        "it is no signature of a vault's key: {problem}",
        "tell whoever stored it",
    ),
    "kms.export-malformed": (
        "the file holds no exported public keys: {problem}",
        "export them with seal vault key export",
    ),
    "kms.key-foreign": (
        "no vault of this service has the key {key}, in the version that the signature names",
        "push the signature as a referrer of the image; seal sign does so",
    ),
    "kms.key-unusable": (
        "no new signatures are taken of the key {key}: it is {state}",
        "sign with a key that is enabled",
    ),
    "kms.upload-unfit": (
        "the signature is not one of this image ({field}): {problem}",
        "have the image signed again, in this repository",
    ),
    "kms.upload-malformed": (
        "what was sent is no signature by a key of a vault: {problem}",
        "send repository, format and content; see the description of the API",
    ),
    "kms.signatures-too-many": (
        "the image has {limit} signatures by keys of vaults, which is the most",
        "delete those that nobody needs",
    ),
}
