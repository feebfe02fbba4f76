"""Bounds on approvals."""

__all__ = ["APPROVAL_NOTE", "APPROVAL_PROOFS", "APPROVAL_PROOF_BYTES"]

APPROVAL_NOTE = 1000
"""Longest note that whoever asks for an approval may add, in characters: a name and a reason."""

APPROVAL_PROOFS = 8
"""Most proofs looked at for one signature; it needs one, and anybody who may push can add others."""

APPROVAL_PROOF_BYTES = 1024 * 1024
"""Largest proof: rules with the keys of some hundred people, and a signature of each of them."""
