"""References and digests as typed."""

REASONS = {
    "reference.malformed": (
        "{typed} is not a reference to an image: {problem}",
        "write it as registry/repository:tag or registry/repository@sha256:…",
    ),
    "reference.digest-malformed": (
        "{digest!r} is not a digest",
        "a digest is sha256: and 64 lower-case hexadecimal digits (or sha384, sha512)",
    ),
}
