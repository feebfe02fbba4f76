"""Bounds on vaults and their keys."""

__all__ = [
    "KMS_EXPORT_BYTES",
    "KMS_EXPORT_SECONDS",
    "KMS_MESSAGE_BYTES",
    "KMS_SIGNATURES",
    "KMS_SIGNATURE_BYTES",
    "KMS_STATE_SECONDS",
    "ROOT_AGAIN_SECONDS",
    "ROOT_FILE_BYTES",
    "ROOT_SALT_BYTES",
    "ROOT_SCRYPT_BLOCK",
    "ROOT_SCRYPT_COST",
    "ROOT_SCRYPT_LANES",
    "ROOT_SCRYPT_WORK",
    "VAULT_BODY_BYTES",
    "VAULT_CERTIFICATES_BYTES",
    "VAULT_DELETION_DAYS",
    "VAULT_DELETION_DAYS_LEAST",
    "VAULT_DELETION_SLACK_SECONDS",
    "VAULT_DUE_AT_ONCE",
    "VAULT_KEYS_OPEN",
    "VAULT_NAME_LENGTH",
    "VAULT_PAGE",
    "VAULT_ROWS_SCANNED",
    "VAULT_ROWS_SEEN",
    "VAULT_SIGNATURE_BYTES",
    "VAULT_TAGS_BYTES",
    "VAULT_TEND_SECONDS",
    "VAULT_VERSIONS",
    "VAULT_WAITING",
]

KMS_MESSAGE_BYTES = 4096
"""Longest message that Oracle's key management signs as it is; longer ones are signed by their digest."""

KMS_SIGNATURE_BYTES = 64 * 1024
"""Largest stored signature of a vault's key. Message and signature in base64 are 6 KiB at most."""

ROOT_AGAIN_SECONDS = 5
"""Least time between two tries to have the root key: a token that is away is not asked by every request."""

ROOT_FILE_BYTES = 4096
"""Largest file with a root key; ours have under 300 bytes."""

ROOT_SALT_BYTES = 16
"""Bytes of salt of a root key from a passphrase (NIST SP 800-132, section 5.1)."""

ROOT_SCRYPT_COST = 2**17
"""`N` of scrypt for root keys: with `r` and `p` 128 MiB and half a second, once at each start."""

ROOT_SCRYPT_BLOCK = 8
"""`r` of scrypt for root keys."""

ROOT_SCRYPT_LANES = 1
"""`p` of scrypt for root keys."""

ROOT_SCRYPT_WORK = 2**30
"""Most bytes that scrypt may fill for a root key; whoever writes to the database chooses its parameters."""

VAULT_BODY_BYTES = 256 * 1024
"""Largest body of a request about vaults and keys. Rules of approval are the largest thing in one."""

VAULT_CERTIFICATES_BYTES = 64 * 1024
"""Largest chain of certificates that is kept for a version of a key, in PEM."""

VAULT_DELETION_DAYS = 30
"""Days until the deletion of a vault, key or version is due, unless it is to be sooner (Oracle's bound)."""

VAULT_DELETION_DAYS_LEAST = 7
"""Least days until it is due (Oracle's bound)."""

VAULT_DELETION_SLACK_SECONDS = 300
"""By how much a time that is wanted may miss the bounds: the request was on its way, and clocks differ."""

VAULT_DUE_AT_ONCE = 1_000
"""Most vaults, keys and versions that are destroyed in one go; the rest is for the next."""

VAULT_KEYS_OPEN = 1_000
"""Most versions of keys that are kept open in memory, each some KiB; the one used longest ago is let go."""

VAULT_NAME_LENGTH = 100
"""Longest name of a vault or key, so that `vault:NAME/KEY` fits into a pattern of 255 characters."""

VAULT_PAGE = 1_000
"""Most vaults, keys or versions in one answer."""

VAULT_ROWS_SCANNED = 10_000
"""Most rows that one page of a listing looks at for those which the caller may see."""

VAULT_ROWS_SEEN = 100_000
"""Most vaults, keys and versions whose newest state is remembered, about 300 bytes each."""

VAULT_SIGNATURE_BYTES = 1_024
"""Longest signature that is verified: one of RSA-4096 has 512 bytes."""

VAULT_TAGS_BYTES = 5 * 1024
"""Most bytes of the tags of one vault or key, as JSON (Oracle's bound)."""

VAULT_TEND_SECONDS = 60
"""How often a server looks for vaults and keys whose deletion is due."""

VAULT_VERSIONS = 10_000
"""Most versions of one key: a rotation each day for 27 years."""

VAULT_WAITING = 256
"""Most requests about vaults that wait for a thread; more are told to come back."""

KMS_EXPORT_BYTES = 16 * 1024 * 1024
"""Largest document of exported public keys: a version takes about 1 KiB, so that is some thousand keys."""

KMS_EXPORT_SECONDS = 30 * 86400
"""Age up to which exported keys count where a policy says nothing: they know of no key disabled since."""

KMS_SIGNATURES = 1000
"""Signatures by keys of vaults that the service keeps for one image: whoever verifies downloads each."""

KMS_STATE_SECONDS = 60
"""How long the answer of a vault about the state of a key may be used: a key that is disabled stops counting
within this time."""
