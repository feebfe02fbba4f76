"""Images and other content that are not what they were said to be, and the check `artifact`."""

REASONS = {
    "artifact.digest-mismatch": (
        "the {what} does not have the digest {expected}: it has {found}",
        "the content was changed or damaged; fetch it from another source",
    ),
    "artifact.size-mismatch": (
        "the {what} {digest} has {found} bytes where {expected} were announced",
        "the content was changed or damaged; fetch it from another source",
    ),
    "artifact.too-large": (
        "the {what} {digest} is announced with {size} bytes, and no more than {limit} are read",
        "",
    ),
    "artifact.manifest-malformed": (
        "the manifest cannot be read: {problem}",
        "",
    ),
    "artifact.media-type-conflict": (
        "the manifest says it is {said} and came as {told}",
        "push the image again with a client that sets the media type",
    ),
    "artifact.payload-mismatch": (
        "the signature is about {signed}, not about {subject}",
        "it belongs to something else; find out how it came here",
    ),
    "artifact.other-manifest": (
        "the signature is about the manifest {signed}, not about {subject}",
        "it belongs to another image; find out how it came here",
    ),
    "artifact.blob-hash": (
        "the signature names the file by its {found} digest, where its key goes with {wanted}",
        "a signature names a file by the hash of its own key; have it signed again",
    ),
    "artifact.metadata-missing": (
        "the signature does not say {key}={value}: {found}",
        "",
    ),
    "artifact.index-too-deep": ("the index nests deeper than {limit} levels", ""),
    "artifact.index-too-long": ("the index lists more than {limit} manifests", ""),
    "artifact.kms-other-image": (
        "the signed message is about the image {signed!r}, not about {wanted}",
        "it belongs to another image; find out how it came here",
    ),
    "artifact.kms-other-field": (
        "the signed message has {signed!r} as its {field}, and the signature was given for {wanted!r}",
        "the signature was put together from parts of others; find out where it comes from",
    ),
}
