"""Bounds on approvals."""

__all__ = [
    "APPROVAL_ALTERNATIVES",
    "APPROVAL_GROUPS",
    "APPROVAL_MESSAGE_BYTES",
    "APPROVAL_NOTE",
    "APPROVAL_PEOPLE",
    "APPROVAL_PERSON_KEYS",
    "APPROVAL_PROOFS",
    "APPROVAL_PROOF_BYTES",
    "APPROVAL_PUBLIC_KEY_BYTES",
    "APPROVAL_REQUEST_BYTES",
    "APPROVAL_RULES_BYTES",
    "APPROVAL_RULES_REMEMBERED",
    "APPROVAL_SECONDS",
    "APPROVAL_SIGNATURE_BYTES",
    "APPROVAL_TEXT_LENGTH",
    "APPROVAL_VOTES",
]

APPROVAL_ALTERNATIVES = 16
"""Most alternatives of one rule; people read and understand two or three."""

APPROVAL_GROUPS = 16
"""Most groups of one alternative."""

APPROVAL_PEOPLE = 64
"""Most people that the rules of one key name; whom to count is searched for among them."""

APPROVAL_PERSON_KEYS = 4
"""Most keys of one person: one in use, one to follow it, and the same for another machine."""

APPROVAL_PUBLIC_KEY_BYTES = 16 * 1024
"""Largest public key of an approver. RSA-4096 takes 550 bytes, an OpenPGP key with four subkeys 6 KiB."""

APPROVAL_RULES_BYTES = 256 * 1024
"""Largest rules of one key: 64 people with two keys of OpenPGP each, in base64."""

APPROVAL_RULES_REMEMBERED = 64
"""Rules kept as they were read, so that each key of an approver is loaded once; they take some KiB each."""

APPROVAL_SECONDS = 366 * 24 * 60 * 60
"""Longest time lock, time-out and time to use an approval: whoever waits for a year waits for nobody."""

APPROVAL_MESSAGE_BYTES = 256 * 1024
"""Largest message that people approve: as large as new rules are. What is signed itself has 4 KiB at most."""

APPROVAL_REQUEST_BYTES = 512 * 1024
"""Largest request: the message in base64, and what stands around it."""

APPROVAL_TEXT_LENGTH = 255
"""Longest identifier, account, algorithm, or name of a person or group; Oracle's identifiers have as many."""

APPROVAL_NOTE = 1000
"""Longest note that whoever asks for an approval may add, in characters: a name and a reason."""

APPROVAL_SIGNATURE_BYTES = 4 * 1024
"""Largest signature of a vote. RSA-4096 has 512 bytes, and 700 in a packet of OpenPGP."""

APPROVAL_VOTES = 2 * APPROVAL_PEOPLE
"""Most votes on one request: everybody approves, then everybody thinks again."""

APPROVAL_PROOFS = 8
"""Most proofs looked at for one signature; it needs one, and anybody who may push can add others."""

APPROVAL_PROOF_BYTES = 1024 * 1024
"""Largest proof: rules with the keys of some hundred people, and a signature of each of them."""
