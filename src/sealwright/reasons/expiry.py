"""Signatures whose term has run out: the check `expiry`."""

REASONS = {
    "expiry.expired": ("the signature expired at {expiry}", "the image has to be signed again"),
}
