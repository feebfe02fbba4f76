"""Bounds on OpenPGP, gpg, and the stores of simple signatures."""

__all__ = [
    "CLAIM_LENGTH",
    "GPG_HOMES",
    "GPG_OUTPUT_BYTES",
    "GPG_SAID",
    "GPG_SECONDS",
    "GPG_SIGNING_SECONDS",
    "IMPORTED_BYTES",
    "IMPORTED_FOLDERS",
    "LOOKASIDE_BYTES",
    "LOOKASIDE_SECONDS",
    "LOOKASIDE_SIGNATURES",
    "OPENPGP_DEPTH",
    "OPENPGP_KEYRING_BYTES",
    "OPENPGP_KEYRING_PACKETS",
    "OPENPGP_KEYS",
    "OPENPGP_KEYS_REMEMBERED",
    "OPENPGP_KEY_SETS",
    "OPENPGP_MESSAGE_BYTES",
    "OPENPGP_PACKETS",
    "OPENPGP_PARTS",
    "OPENPGP_SUBPACKETS",
    "OPENPGP_USER_ID",
    "OPENPGP_VERDICT_SECONDS",
    "SIGNATURE_NAME_TRIES",
    "SIMPLE_PAYLOAD_BYTES",
    "SIMPLE_SIGNATURES",
    "SIMPLE_SIGNATURE_BODY_BYTES",
    "SIMPLE_SIGNATURE_BYTES",
    "SIMPLE_SIGNATURE_LIST_BYTES",
    "SIMPLE_TIMESTAMP",
]

SIMPLE_SIGNATURE_BYTES = 4 * 1024 * 1024
"""Largest simple signature taken or served; containers/image reads no more."""

SIMPLE_SIGNATURES = 127
"""Most live simple signatures of one image. Clients give up on a signature store at 128 (containers/image
5.24, `maxLookasideSignatures`), before they have seen that it ends there.
"""

IMPORTED_BYTES = 64 * 1024 * 1024
"""Largest file of objects that signatures are taken from; thousands of images with theirs."""

IMPORTED_FOLDERS = 1_000_000
"""Most folders looked into for signatures."""

LOOKASIDE_SIGNATURES = 128
"""Most signatures of one image read from a signature store; where containers/image gives up altogether
(5.24, `maxLookasideSignatures`), these are still looked at.
"""

LOOKASIDE_BYTES = 32 * 1024 * 1024
"""Most bytes read from a signature store for one image: eight of the largest, or ten thousand real ones."""

LOOKASIDE_SECONDS = 60
"""Longest that reading the signatures of one image from a signature store takes, however slow it is."""

SIGNATURE_NAME_TRIES = 5
"""Names tried for a signature in a registry. They have 128 bits; a second try is for lost answers."""

SIMPLE_SIGNATURE_LIST_BYTES = 4 * 1024 * 1024
"""Largest answer of the signature extension; containers/image reads no more of it."""

SIMPLE_SIGNATURE_BODY_BYTES = 6 * 1024 * 1024
"""Largest request that adds a simple signature: the largest one in base64, and the JSON around it."""

SIMPLE_PAYLOAD_BYTES = 1024 * 1024
"""Largest payload of a simple signature read. Real ones have 300 bytes."""

SIMPLE_TIMESTAMP = 2**53
"""Largest timestamp of a payload: beyond, JSON numbers are no longer exact."""

OPENPGP_MESSAGE_BYTES = 4 * 1024 * 1024
"""Most that comes out of the compressed parts of one OpenPGP message: as much as may go in."""

OPENPGP_PACKETS = 256
"""Most packets read in one sequence. A signed message has 3 or 4."""

OPENPGP_PARTS = 8192
"""Most parts of one packet. gpg writes parts of 8 KiB, so 4 MiB need 512."""

OPENPGP_SUBPACKETS = 256
"""Most subpackets read in one area of a signature packet. Real ones have 3 to 10."""

OPENPGP_DEPTH = 4
"""Deepest nesting of compressed packets. Real messages have one."""

GPG_HOMES = 32
"""Most sets of public keys that one run keeps a folder of gpg for; more get one for each message."""

GPG_OUTPUT_BYTES = 16 * 1024 * 1024
"""Most that gpg may print on one pipe: four times the largest document, which is all it should print."""

GPG_SAID = 500
"""Most characters shown of what gpg said about a failure."""

GPG_SECONDS = 30.0
"""Longest run of gpg that asks nobody. It takes some 10 ms; a machine under load gets time."""

GPG_SIGNING_SECONDS = 300.0
"""Longest run of gpg that may wait for a person: a passphrase, a PIN, a touch of a card."""

OPENPGP_KEYRING_BYTES = 8 * 1024 * 1024
"""Most bytes of one file of public keys. A distribution with a hundred keys has 400 KiB."""

OPENPGP_KEYRING_PACKETS = 65536
"""Most packets of one keyring. A key that many have certified has some thousands."""

OPENPGP_KEYS = 1024
"""Most keys of one keyring; each costs gpg a millisecond when it is imported."""

OPENPGP_KEYS_REMEMBERED = 256
"""Keys kept as they were read, so that the bindings of their subkeys are verified once."""

OPENPGP_USER_ID = 2048
"""Longest user id kept, in characters, as gpg takes them."""

OPENPGP_KEY_SETS = 64
"""Most sets of public keys that one run keeps in the form of Sequoia."""

CLAIM_LENGTH = 512
"""Most characters kept of what a signature claims, such as the name of its signer; indexes hold no more."""

OPENPGP_VERDICT_SECONDS = 60 * 60
"""How long a verdict by OpenPGP keys is taken to be settled: nothing tells when a key ends."""
