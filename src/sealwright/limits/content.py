"""Bounds on what is read: manifests, envelopes, certificates, layouts, and what a decision may ask for."""

__all__ = [
    "ANNOTATIONS",
    "BLOB_BYTES",
    "BLOB_PIECE_BYTES",
    "CBOR_DEPTH",
    "CERTIFICATES_REMEMBERED",
    "CERTIFICATE_BYTES",
    "CERTIFICATE_CHAIN_LENGTH",
    "CLOCK_SKEW_SECONDS",
    "DAEMON_ANSWER_BYTES",
    "DAEMON_SILENCE_SECONDS",
    "ENVELOPE_BYTES",
    "EVIDENCE_ROUNDS",
    "INDEX_DEPTH",
    "JSON_DEPTH",
    "LAYER_BYTES",
    "LAYOUT_INDEX_BYTES",
    "LAYOUT_LOCK_SECONDS",
    "LAYOUT_MANIFESTS",
    "LAYOUT_TAR_HEADER_BYTES",
    "LAYOUT_TAR_MEMBERS",
    "LOCAL_COPY_SECONDS",
    "MANIFEST_BYTES",
    "MAX_SIGNATURES",
    "MAX_SIGNATURES_ASKED",
    "PLATFORMS",
    "REFERENCE_LENGTH",
]

MANIFEST_BYTES = 4 * 1024 * 1024
"""Largest manifest or index read. Registries must take 4 MiB (distribution-spec); notation reads no more."""

ENVELOPE_BYTES = 32 * 1024 * 1024
"""Largest Notary signature envelope read; the figure of notation."""

CERTIFICATE_CHAIN_LENGTH = 16
"""Longest certificate chain looked at. Real ones have 2 to 4; each costs a signature check."""

CERTIFICATE_BYTES = 64 * 1024
"""Largest certificate read. Real ones have 1 to 3 KiB; no other part of a chain may hide its cost."""

CERTIFICATES_REMEMBERED = 256
"""Certificates, and links between two, kept as read. Chains share issuers; at worst 48 MiB of DER."""

CBOR_DEPTH = 16
"""Deepest nesting of CBOR read. A COSE envelope of the specification needs 3."""

CLOCK_SKEW_SECONDS = 300
"""How far in the future a claimed signing time may lie: clocks differ, by minutes at most."""

JSON_DEPTH = 64
"""Deepest nesting of JSON read. Manifests need 4; an index of indexes does not nest in one document."""

ANNOTATIONS = 4096
"""Most annotations or user metadata on one descriptor."""

REFERENCE_LENGTH = 4096
"""Longest text parsed as a reference; docker allows 255 for the name alone."""

EVIDENCE_ROUNDS = 64
"""Most rounds of gathering for one decision. Each need is asked once, so real verdicts take 2 to 4.

A certificate that names `REVOCATION_URLS` of every kind, all dead or useless, takes 44.
"""

MAX_SIGNATURES = 100
"""Signatures downloaded per image unless the caller says otherwise; the default of notation."""

MAX_SIGNATURES_ASKED = 10_000
"""Most signatures per image that a caller may ask for: as many as are listed."""

INDEX_DEPTH = 4
"""Deepest nesting of indexes followed when an index is copied or signed with its children."""

BLOB_PIECE_BYTES = 1024 * 1024
"""Blobs are moved in pieces of this size, so that memory stays flat."""

LAYOUT_TAR_MEMBERS = 100_000
"""Most members of a tar file that is read as an image layout."""

LAYOUT_TAR_HEADER_BYTES = 64 * 1024
"""Largest extended header (pax or GNU long name) read from a tar file; names in layouts are short."""

LAYOUT_INDEX_BYTES = 64 * 1024 * 1024
"""Largest index.json of an image layout; it lists every manifest and signature in it."""

LAYOUT_LOCK_SECONDS = 30
"""Longest wait for another writer of the same layout."""

BLOB_BYTES = 256 * 1024**3
"""Largest blob that the registry takes. The largest layers known registries take have 52 GB (Amazon's)."""

LAYOUT_MANIFESTS = 100_000
"""Most manifests of an image layout that are opened to find referrers."""

PLATFORMS = 1_000
"""Most manifests of one index that are verified with it. The largest official images have about 40."""

LOCAL_COPY_SECONDS = 60 * 60
"""Longest that another program may take to bring an image into its storage or out of it."""

DAEMON_SILENCE_SECONDS = 10 * 60
"""Longest silence of Docker, which puts an image together before it says anything."""

DAEMON_ANSWER_BYTES = 4 * 1024 * 1024
"""Most read of what Docker says while it takes an image; a line for each layer."""

LAYER_BYTES = 64 * 1024 * 1024 * 1024
"""Most bytes that are unpacked from one layer; larger ones exist nowhere, and a small one may claim to be."""
