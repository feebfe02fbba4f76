"""Bounds on Oracle's APIs."""

__all__ = [
    "ORACLE_API_KEYS",
    "ORACLE_API_KEY_BITS_LEAST",
    "ORACLE_API_KEY_BITS_MOST",
    "ORACLE_AUTHORIZATION_LENGTH",
    "ORACLE_BODY_BYTES",
    "ORACLE_CLOCK_SKEW_SECONDS",
    "ORACLE_COMPARTMENTS",
    "ORACLE_COMPARTMENT_DEPTH",
    "ORACLE_COUNTED",
    "ORACLE_DEFINED_TAGS",
    "ORACLE_DESCRIPTION_LENGTH",
    "ORACLE_FREEFORM_TAGS",
    "ORACLE_NAME_LENGTH",
    "ORACLE_PAGE",
    "ORACLE_PAGE_MOST",
    "ORACLE_PAGE_TOKEN_LENGTH",
    "ORACLE_PUBLIC_KEY_LENGTH",
    "ORACLE_README_LENGTH",
    "ORACLE_RESTORE_SECONDS",
    "ORACLE_RETRY_SECONDS",
    "ORACLE_RETRY_TOKEN_LENGTH",
    "ORACLE_SCANNED",
    "ORACLE_SESSION_SECONDS",
    "ORACLE_SIGNATURES",
    "ORACLE_TAG_BYTES",
    "ORACLE_TAG_CHOICES",
    "ORACLE_TAG_VALUE_LENGTH",
    "TUNNEL_HANDSHAKE_SECONDS",
    "TUNNEL_HEAD_BYTES",
]

ORACLE_BODY_BYTES = 1024 * 1024
"""Largest body of a request; the largest by far are those with a readme."""

ORACLE_AUTHORIZATION_LENGTH = 8192
"""Longest Authorization header of a signed request: a session token with its key takes about 2000
characters."""

ORACLE_CLOCK_SKEW_SECONDS = 300
"""How far the date of a signed request may be from ours (Oracle, "Request Signatures": five minutes)."""

ORACLE_RETRY_SECONDS = 24 * 60 * 60
"""How long a retry token gets the same answer (Oracle: retry tokens expire after 24 hours)."""

ORACLE_RETRY_TOKEN_LENGTH = 64
"""Longest retry token; Oracle's clients send 30 letters and digits."""

ORACLE_PAGE = 100
"""Entries of a list where the client does not say how many it wants."""

ORACLE_PAGE_MOST = 1000
"""Most entries of one page of a list, whatever the client wants."""

ORACLE_PAGE_TOKEN_LENGTH = 2048
"""Longest token of a next page that is looked at; ours are shorter unless a name is very long."""

ORACLE_COUNTED = 100
"""Among how many rows those are counted that remain in a list. Oracle calls the number an estimate, and
to count more would make each page cost more the longer the list is."""

ORACLE_SCANNED = 5000
"""Rows that one page of a list looks at, where most of them do not pass the filters."""

ORACLE_SIGNATURES = 1000
"""Signatures of one image. Each client that verifies asks the vault about them one by one."""

ORACLE_RESTORE_SECONDS = 48 * 60 * 60
"""How long the manifest of a deleted image is kept, so that it can be restored (Oracle: 48 hours)."""

ORACLE_COMPARTMENT_DEPTH = 6
"""Levels of compartments below the root (Oracle, "Service Limits")."""

ORACLE_COMPARTMENTS = 1000
"""Compartments of the service."""

ORACLE_NAME_LENGTH = 100
"""Longest name of a compartment, of a namespace of tags or of a key in one (Oracle, "Tagging Overview")."""

ORACLE_DESCRIPTION_LENGTH = 400
"""Longest description of these."""

ORACLE_FREEFORM_TAGS = 10
"""Free-form tags of one thing (Oracle, "Tagging Overview")."""

ORACLE_DEFINED_TAGS = 64
"""Defined tags of one thing (Oracle, "Tagging Overview")."""

ORACLE_TAG_BYTES = 5 * 1024
"""All tags of one thing as JSON in UTF-8 (Oracle, "Tagging Overview")."""

ORACLE_TAG_VALUE_LENGTH = 256
"""Longest value of a tag, in characters (Oracle, "Tagging Overview")."""

ORACLE_TAG_CHOICES = 100
"""Values of which a defined tag may have to be one (Oracle, "Tagging Overview")."""

ORACLE_README_LENGTH = 256 * 1024
"""Longest readme of a repository, in characters."""

ORACLE_API_KEYS = 10
"""API keys of one account. Oracle allows three, which is little where people and machines share an
account."""

ORACLE_API_KEY_BITS_LEAST = 2048
"""Smallest RSA key that signs requests (Oracle, "Required Keys")."""

ORACLE_API_KEY_BITS_MOST = 4096
"""Largest RSA key that signs requests: each request is verified by it."""

ORACLE_PUBLIC_KEY_LENGTH = 4096
"""Longest PEM of a public key; one of 4096 bits has about 800 characters."""

ORACLE_SESSION_SECONDS = 60 * 60
"""How long a session token holds at most (Oracle: 60 minutes)."""

TUNNEL_HANDSHAKE_SECONDS = 10
"""Longest TLS handshake of a client of the tunnel."""

TUNNEL_HEAD_BYTES = 8 * 1024
"""Longest head that a request to the tunnel begins with; clients send some hundred bytes."""
