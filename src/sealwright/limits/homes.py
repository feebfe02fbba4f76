"""Bounds on the files in homes and below /etc, and on the programs that keep credentials."""

__all__ = [
    "CONFIG_FILE_BYTES",
    "CREDENTIAL_HELPER_BYTES",
    "CREDENTIAL_HELPER_SECONDS",
    "LOCK_SECONDS",
    "POLICY_TEST_FILE_BYTES",
    "REGISTRIES_D_ALIASES",
    "REGISTRIES_D_FILES",
    "REGISTRIES_D_FILE_BYTES",
    "REGISTRIES_D_ODDITIES",
    "TRUST_STORE_FILES",
    "TRUST_STORE_FILE_BYTES",
]

CONFIG_FILE_BYTES = 4 * 1024 * 1024
"""Largest file of settings, keys or policy read. Real ones have a few KiB."""

POLICY_TEST_FILE_BYTES = 1024 * 1024
"""Largest file of expected decisions; a test takes about 200 bytes."""

REGISTRIES_D_ALIASES = 16
"""Most aliases in one file of registries.d: nested, each doubles what they stand for."""

REGISTRIES_D_FILE_BYTES = 256 * 1024
"""Largest file of registries.d read; real ones have a few hundred bytes, and YAML takes its time."""

REGISTRIES_D_FILES = 1024
"""Most files of registries.d; real folders have a handful, and every one is read."""

REGISTRIES_D_ODDITIES = 100
"""Most unknown keys told of one file of registries.d; the first few are what somebody mends."""

TRUST_STORE_FILE_BYTES = 4 * 1024 * 1024
"""Largest certificate file read from a trust store; a bundle of all public roots has 250 KiB."""

TRUST_STORE_FILES = 1024
"""Most files read from one named trust store."""

CREDENTIAL_HELPER_SECONDS = 30
"""How long a credential helper may take. It may have to ask the user."""

CREDENTIAL_HELPER_BYTES = 1024 * 1024
"""Most read of what a credential helper prints."""

LOCK_SECONDS = 10.0
"""Longest wait for others who change the same settings. They take milliseconds; but whoever may read a folder
may lock it, and keep it locked."""
