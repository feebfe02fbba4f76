"""Timestamps of RFC 3161: what is asked of an authority, and what its answer is worth."""
