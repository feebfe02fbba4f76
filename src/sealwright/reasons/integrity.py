"""Signatures whose own parts do not hold together: the check `integrity`."""

REASONS = {
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
}
