"""Verification levels as data (trust-store-trust-policy.md, "Signature Verification Details").

A level maps each validation type to an action. The types are the policy's words; `CHECKS` says which of
our checks each of them governs.
"""

from collections.abc import Mapping

from sealwright.rules import Action

__all__ = ["ACTIONS", "CHECKS", "LEVELS", "TYPES"]

ACTIONS: tuple[Action, ...] = ("enforce", "log", "skip")

TYPES = ("integrity", "authenticity", "authenticTimestamp", "expiry", "revocation")

LEVELS: Mapping[str, Mapping[str, Action]] = {
    "strict": dict.fromkeys(TYPES, "enforce"),
    "permissive": {
        "integrity": "enforce",
        "authenticity": "enforce",
        "authenticTimestamp": "log",
        "expiry": "log",
        "revocation": "log",
    },
    "audit": {
        "integrity": "enforce",
        "authenticity": "log",
        "authenticTimestamp": "log",
        "expiry": "log",
        "revocation": "log",
    },
    "skip": dict.fromkeys(TYPES, "skip"),
}

CHECKS: Mapping[str, tuple[str, ...]] = {
    "integrity": ("parse", "integrity", "artifact", "plugin"),
    "authenticity": ("authenticity", "identity"),
    "authenticTimestamp": ("timestamp",),
    "expiry": ("expiry",),
    "revocation": ("revocation",),
}
