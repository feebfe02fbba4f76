"""Signatures that cannot be read. How an envelope is broken is said in our words."""

__all__ = ["WORDS"]

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
