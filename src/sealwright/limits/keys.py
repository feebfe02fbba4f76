"""Bounds on plugins and on keys in hardware and in vaults."""

__all__ = [
    "PKCS11_ENDING_SECONDS",
    "PKCS11_ID_BYTES",
    "PKCS11_LABEL",
    "PKCS11_MESSAGE_BYTES",
    "PKCS11_OBJECTS",
    "PKCS11_PATIENCE_SECONDS",
    "PKCS11_PERSON_SECONDS",
    "PKCS11_PROCESSES",
    "PKCS11_SAID",
    "PKCS11_SECONDS",
    "PKCS11_SECONDS_ASKED",
    "PKCS11_SIGNATURE_BYTES",
    "PKCS11_SLOTS",
    "PKCS11_URI_LENGTH",
    "PLUGIN_ARCHIVE_ENTRIES",
    "PLUGIN_ARCHIVE_RATIO",
    "PLUGIN_DOWNLOAD_SECONDS",
    "PLUGIN_FILE_BYTES",
    "PLUGIN_KEY_SECONDS",
    "PLUGIN_LINGER_SECONDS",
    "PLUGIN_METADATA_SECONDS",
    "PLUGIN_OUTPUT_BYTES",
    "PLUGIN_REQUEST_BYTES",
    "PLUGIN_SAID",
    "PLUGIN_SIGNING_SECONDS",
    "PLUGIN_VERIFYING_SECONDS",
    "VAULT_URI_LENGTH",
]

PLUGIN_OUTPUT_BYTES = 64 * 1024 * 1024
"""Most that a plugin may print on one stream; the figure of notation."""

PLUGIN_REQUEST_BYTES = 64 * 1024 * 1024
"""Largest request that our own plugin reads: an envelope's payload of 4 MiB, in base64, and settings."""

PLUGIN_SAID = 500
"""Most characters shown of what a plugin said."""

PLUGIN_METADATA_SECONDS = 30.0
"""Longest run of a plugin that tells about itself. It needs milliseconds; a machine under load gets time."""

PLUGIN_KEY_SECONDS = 120.0
"""Longest run of a plugin that describes a key, which it may have to log in for."""

PLUGIN_SIGNING_SECONDS = 3600.0
"""Longest run of a plugin that signs: people may have to approve the use of the key."""

PLUGIN_VERIFYING_SECONDS = 120.0
"""Longest run of a plugin that verifies; it may ask several services, each with time-outs of its own."""

PLUGIN_LINGER_SECONDS = 1.0
"""How long the output of a plugin is waited for after it has ended: a child of it may hold the pipe open."""

PLUGIN_FILE_BYTES = 256 * 1024 * 1024
"""Largest file, and most bytes together, of a plugin that is installed; the figure of notation."""

PLUGIN_ARCHIVE_ENTRIES = 1000
"""Most entries of an archive that a plugin is installed from. Real ones have 2 to 10."""

PLUGIN_ARCHIVE_RATIO = 200
"""How many times larger than the archive its files may be. Programs become three times smaller; the worst
that gzip can do with real files is some 100 times, and bombs have 1000."""

PLUGIN_DOWNLOAD_SECONDS = 600.0
"""Longest download of a plugin; the figure of notation."""

PKCS11_SECONDS = 30.0
"""How long a PKCS #11 module may take for one thing that no person has to do. SoftHSM takes milliseconds, a
card a second, a module that connects to a distant HSM some seconds."""

PKCS11_SECONDS_ASKED = 600.0
"""Longest such time that settings may ask for."""

PKCS11_PERSON_SECONDS = 300.0
"""How long a token may take that asks somebody for a PIN on its own pad, or that makes a key: RSA with 4096
bits takes a smart card minutes."""

PKCS11_ENDING_SECONDS = 2.0
"""How long the process of a module may take to let go of it before it is killed."""

PKCS11_PATIENCE_SECONDS = 0.05
"""How long a thread waits for a module that others are using before another process with it is started,
which takes some 150 ms: software and cards need one process, distant HSMs gain from several."""

PKCS11_PROCESSES = 4
"""Most processes with the module of one key at a time. Each is one session with the token, of which some
allow only few."""

PKCS11_MESSAGE_BYTES = 8 * 1024 * 1024
"""Most bytes of one answer of the process that holds a module: what a token with many certificates tells."""

PKCS11_OBJECTS = 4096
"""Most keys, or certificates, of one token that are looked at."""

PKCS11_SLOTS = 256
"""Most slots of a module that are looked into."""

PKCS11_LABEL = 64
"""Most characters of the label of an issuer's certificate that we put onto a token."""

PKCS11_ID_BYTES = 255
"""Most bytes of the CKA_ID in a URI. Most are 1 to 20 bytes long."""

PKCS11_URI_LENGTH = 4096
"""Most characters of a PKCS #11 URI; those of real keys have 100 to 300."""

PKCS11_SIGNATURE_BYTES = 1024
"""Room for a signature: RSA with 4096 bits fills half of it."""

PKCS11_SAID = 300
"""Most characters shown of why a module could not be loaded."""

VAULT_URI_LENGTH = 1024
"""Most characters of the URI of a key in a vault: two identifiers of 255 characters, a host and a version."""
