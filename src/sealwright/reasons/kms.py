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
}
