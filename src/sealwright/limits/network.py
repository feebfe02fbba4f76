"""Bounds on conversations with registries and other servers."""

__all__ = [
    "CHALLENGES",
    "CONNECTIONS_PER_HOST",
    "CONNECT_SECONDS",
    "DISCARDED_BYTES",
    "ERROR_BODY_BYTES",
    "FALLBACK_TAG_TRIES",
    "HEADER_BYTES",
    "IDLE_CONNECTIONS_PER_HOST",
    "IDLE_CONNECTION_SECONDS",
    "REDIRECTS",
    "REFERRERS_API_SECONDS",
    "REFERRERS_LISTED",
    "REFERRERS_OPENED",
    "REFERRERS_PAGES",
    "REPOSITORIES_KNOWN",
    "REQUEST_SECONDS",
    "REQUEST_TRIES",
    "RETRY_AFTER_SECONDS",
    "SERVICE_ANSWER_BYTES",
    "SERVICE_PAGES",
    "SILENCE_SECONDS",
    "TAGS_LISTED",
    "TOKENS_CACHED",
    "TOKEN_BYTES",
    "UPLOAD_CHUNK_BYTES",
    "UPLOAD_CHUNK_MOST_BYTES",
    "UPLOAD_WHOLE_BYTES",
]

REFERRERS_LISTED = 10_000
"""Most referrers of one subject looked at while listing, of any artifact type."""

REFERRERS_OPENED = 1_000
"""Most manifests opened during one listing of referrers because the listing cannot tell their type."""

REFERRERS_PAGES = 1_000
"""Most pages of a referrers or tags listing followed."""

REDIRECTS = 5
"""Most redirects followed for one request."""

REQUEST_TRIES = 5
"""Most tries of one request that the registry or the network refused for now."""

RETRY_AFTER_SECONDS = 60
"""Longest wait that a registry may ask for; a longer one ends the request."""

ERROR_BODY_BYTES = 64 * 1024
"""Most read of the body of an error answer."""

TOKEN_BYTES = 1024 * 1024
"""Largest answer of a token service."""

CONNECT_SECONDS = 10
"""Longest wait for one address to take a connection; a host that is up answers within a second."""

SILENCE_SECONDS = 60
"""Longest silence of a peer in the middle of an answer or a request, whatever the deadline of the call."""

REQUEST_SECONDS = 120
"""Deadline of a call that moves a manifest, a token or a listing, with all of its tries."""

CONNECTIONS_PER_HOST = 32
"""Most connections to one host at a time. A copy within one host holds two per worker."""

IDLE_CONNECTIONS_PER_HOST = 32
"""Most connections kept open to one host for the next request: all, or a run over many images would open and
close some all the time.
"""

IDLE_CONNECTION_SECONDS = 50
"""How long an unused connection is kept; load balancers commonly close them after 60 seconds."""

HEADER_BYTES = 128 * 1024
"""Most read of the headers of an answer, interim answers included. Real ones stay under 16 KiB."""

DISCARDED_BYTES = 64 * 1024
"""Most read of a body that nobody wants so that its connection can be used again; else it is closed."""

CHALLENGES = 16
"""Most challenges read from WWW-Authenticate; servers send one or two."""

TOKENS_CACHED = 256
"""Most tokens kept for one run. A run over many repositories drops the oldest."""

UPLOAD_WHOLE_BYTES = 128 * 1024 * 1024
"""Blobs above this size are sent in chunks, so that a lost connection costs one chunk and not all."""

UPLOAD_CHUNK_BYTES = 32 * 1024 * 1024
"""Size of a chunk unless the registry asks for more."""

UPLOAD_CHUNK_MOST_BYTES = 1024 * 1024 * 1024
"""Largest chunk that a registry may ask for with OCI-Chunk-Min-Length."""

FALLBACK_TAG_TRIES = 8
"""Most tries to add an entry to a fallback tag that others write at the same time."""

TAGS_LISTED = 1_000_000
"""Most tags or repositories read from one listing."""

REFERRERS_API_SECONDS = 300
"""How long it is believed that a repository has the referrers API, or has not; registries are upgraded."""

REPOSITORIES_KNOWN = 10_000
"""Repositories of which a run remembers whether they have the referrers API; then it begins anew."""

SERVICE_ANSWER_BYTES = 16 * 1024 * 1024
"""Largest answer read of our own service; a page of an image in many repositories is the longest."""

SERVICE_PAGES = 100
"""Most pages of one listing that are asked for from our own service."""
