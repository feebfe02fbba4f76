"""Signatures that cannot be read. How an envelope is broken is said in our words."""

__all__ = ["WORDS", "about_envelope"]

WORDS = {
    "parse.manifest-envelopes": (
        "signature manifest requries exactly one signature envelope blob, got {found}"
    ),
    "parse.envelope-too-large": "signature blob too large: {size} bytes",
    "parse.envelope-type-unknown": (
        "signature envelope format with media type {media_type:q} is not supported"
    ),
    "parse.chain-missing": "certificate chain is not present",
}


def about_envelope(code: str) -> bool:
    """Whether a reason is about the envelope: notation fetches manifests and blobs before it reads one.

    Args:
        code: of a reason why a signature cannot be read.
    """
    return code.startswith("parse.") and not code.startswith("parse.manifest-")
