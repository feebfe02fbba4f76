"""Bounds on the service: its clients, their logins, its storage."""

__all__ = [
    "ACCOUNTS_STATE_SECONDS",
    "ADMINISTRATION_BODY_BYTES",
    "AUDIT_PAGE",
    "BACKUP_LINE_BYTES",
    "BEARERS_VERIFIED",
    "BEARER_BYTES",
    "BEARER_SECONDS",
    "BEARER_SKEW_SECONDS",
    "BLOB_TOUCH_SECONDS",
    "BODY_PIECE_SECONDS",
    "CHECK_PROBLEMS",
    "COLLECTED_REMEMBERED_SECONDS",
    "COLLECTION_GRACE_SECONDS",
    "CREDENTIALS_VERIFIED",
    "CREDENTIAL_SECONDS",
    "DATABASE_CONNECTIONS",
    "DATABASE_SECONDS",
    "FORWARDED_ADDRESSES",
    "ID_TOKEN_BYTES",
    "ID_TOKEN_SKEW_SECONDS",
    "IMAGES_PAGE",
    "ISSUER_SECONDS",
    "JWKS_BYTES",
    "JWKS_KEYS",
    "JWKS_REFRESH_SECONDS",
    "JWKS_SECONDS",
    "LISTING_PAGE",
    "LOGGED_LENGTH",
    "LOGINS_AT_ONCE",
    "LOGIN_FAILURES",
    "LOGIN_FAILURES_KEPT",
    "LOGIN_FAILURES_PER_ADDRESS",
    "LOGIN_FAILURE_SECONDS",
    "LOOKASIDE_PATH_PARTS",
    "LOOKASIDE_ROWS",
    "MOUNT_SOURCES",
    "OBJECT_STORE_CONNECT_SECONDS",
    "OBJECT_STORE_READ_SECONDS",
    "OBJECT_STORE_SECONDS",
    "OBJECT_STORE_TRIES",
    "PASSWORD_BYTES",
    "PASSWORD_LENGTH",
    "PASSWORD_SCRYPT_BLOCK",
    "PASSWORD_SCRYPT_COST",
    "PASSWORD_SCRYPT_LANES",
    "PERSONAL_TOKENS",
    "RATES_REMEMBERED",
    "READINESS_SECONDS",
    "REFERRERS_PAGE_BYTES",
    "REFRESH_SECONDS",
    "REFUSED_BODY_BYTES",
    "REPOSITORY_NAME_LENGTH",
    "REQUEST_HEAD_BYTES",
    "REQUEST_ID_LENGTH",
    "REQUEST_PATH_LENGTH",
    "REVOCATION_REASON_LENGTH",
    "SCOPES_ASKED",
    "SERVICE_BURST_SECONDS",
    "SERVICE_CONNECTIONS",
    "SERVICE_CONNECTIONS_PER_ADDRESS",
    "SERVICE_REQUESTS_PER_SECOND",
    "SHUTDOWN_GRACE_SECONDS",
    "SIGNATURES_BROUGHT_IN",
    "SIGNATURES_SCANNED",
    "SIGNATURE_TYPE_LENGTH",
    "SIGNED_ONLY_KEY_SECONDS",
    "SIGNED_ONLY_PARENTS",
    "SIGNED_ONLY_REREAD_SECONDS",
    "SIGNED_ONLY_RETRY_SECONDS",
    "SIGNED_ONLY_VERDICTS",
    "SIGNED_ONLY_WARNING_LENGTH",
    "TAGS_PER_PUSH",
    "TOKEN_NOTE_LENGTH",
    "TOKEN_SECONDS_MOST",
    "UPLOADS_AT_ONCE",
    "UPLOAD_HASHES",
    "UPLOAD_SESSIONS",
    "UPLOAD_SESSION_SECONDS",
    "VERIFICATIONS_PAGE",
    "VERIFICATION_BYTES",
    "VERIFICATION_EVIDENCE",
    "VERIFICATION_TEXT_LENGTH",
    "WORKLOAD_SUBJECT_LENGTH",
]

BODY_PIECE_SECONDS = 60
"""How long the service waits for the next bytes of a request that it is reading."""

LISTING_PAGE = 1_000
"""Most tags, repositories or referrers that the registry lists in one answer; the rest are linked to."""

REFERRERS_PAGE_BYTES = 4 * 1024 * 1024
"""About how large a page of referrers may grow: clients read it as a manifest."""

REFUSED_BODY_BYTES = 8 * 1024 * 1024
"""Most read of a body that was refused, so that its sender sees the answer rather than a broken pipe."""

REPOSITORY_NAME_LENGTH = 255
"""Longest repository name that the registry takes; clients allow no more (distribution-spec, "Pulling
manifests").
"""

REQUEST_HEAD_BYTES = 64 * 1024
"""Most bytes of a request line and its header fields that the service reads. Registry tokens stay
below 16 KiB.
"""

REQUEST_PATH_LENGTH = 1024
"""Longest path that the registry looks at: a name, a digest and the fixed words."""

MOUNT_SOURCES = 64
"""Repositories looked at for one that the caller may mount a blob from, where none was named."""

ACCOUNTS_STATE_SECONDS = 1
"""How long a server may go on without looking whether accounts, rights or keys have changed."""

ADMINISTRATION_BODY_BYTES = 64 * 1024
"""Largest body of a request that administers accounts, or that asks for a token."""

BEARER_BYTES = 16 * 1024
"""Longest bearer token that is issued or looked at; with it a head stays below `REQUEST_HEAD_BYTES`."""

BEARER_SECONDS = 300
"""How long a bearer token holds. Clients fetch a new one unasked; the specification's least is 60."""

BEARER_SKEW_SECONDS = 30
"""How much earlier and longer a bearer token holds, so that replicas' clocks may differ by that much."""

BEARERS_VERIFIED = 4_096
"""Most bearer tokens whose signature a server remembers to have verified."""

CREDENTIALS_VERIFIED = 4_096
"""Most names with passwords that a server remembers to have verified, as keyed hashes."""

CREDENTIAL_SECONDS = 60
"""How long it remembers one; a hash that takes a fifth of a second cannot be made for each request."""

ID_TOKEN_BYTES = 16 * 1024
"""Longest ID token of a CI workload that is looked at; real ones have 1 to 3 KiB."""

ID_TOKEN_SKEW_SECONDS = 60
"""How much the clock of an issuer of ID tokens may differ from ours."""

ISSUER_SECONDS = 10
"""How long an issuer of ID tokens may take to tell its keys."""

JWKS_BYTES = 256 * 1024
"""Largest set of an issuer's public keys, or description of an issuer; real ones have some KiB."""

JWKS_KEYS = 64
"""Most keys of one issuer."""

JWKS_REFRESH_SECONDS = 30
"""Least time between two looks for a key that an issuer's set did not have: anyone can name one."""

JWKS_SECONDS = 3_600
"""How long an issuer's keys are used before they are asked for again."""

LOGINS_AT_ONCE = 32
"""Most passwords that wait to be hashed; each takes a fifth of a second and 32 MiB."""

LOGIN_FAILURES = 10
"""Most failed logins to one account from one address in `LOGIN_FAILURE_SECONDS`."""

LOGIN_FAILURES_PER_ADDRESS = 100
"""Most failed logins from one address in that time; behind a proxy many share one."""

LOGIN_FAILURE_SECONDS = 60
"""The time in which failed logins are counted."""

LOGIN_FAILURES_KEPT = 10_000
"""Most pairs of account and address whose failures are counted; the oldest are forgotten first."""

PASSWORD_BYTES = 1_024
"""Longest password, so that nobody can have us hash megabytes."""

PASSWORD_LENGTH = 8
"""Shortest password that a user may choose, in characters (NIST SP 800-63B, 3.1.1.2)."""

PASSWORD_SCRYPT_COST = 2**15
"""`N` of scrypt for passwords: with `r` and `p` 32 MiB and a fifth of a second (OWASP, Password Storage)."""

PASSWORD_SCRYPT_BLOCK = 8
"""`r` of scrypt for passwords."""

PASSWORD_SCRYPT_LANES = 3
"""`p` of scrypt for passwords."""

PERSONAL_TOKENS = 100
"""Most personal tokens of one account; and most refresh tokens, of which the oldest goes for a new one."""

REFRESH_SECONDS = 90 * 24 * 60 * 60
"""How long a refresh token holds, which `docker login` keeps in the place of the password."""

SCOPES_ASKED = 64
"""Most repositories that one bearer token is asked for; a mount across repositories asks for two."""

TOKEN_NOTE_LENGTH = 200
"""Longest note on what a personal token is for, in characters."""

TOKEN_SECONDS_MOST = 10 * 366 * 24 * 60 * 60
"""Longest that a personal token which expires may hold."""

WORKLOAD_SUBJECT_LENGTH = 500
"""Longest subject of an ID token, in characters; OpenID Connect allows 255."""

TAGS_PER_PUSH = 100
"""Most tags set by one push of a manifest; clients may count on 10 (distribution-spec, "Pushing
Manifests").
"""

UPLOADS_AT_ONCE = 256
"""Most blobs and manifests received at the same time; each holds an open file or up to 4 MiB."""

UPLOAD_SESSIONS = 10_000
"""Most uploads begun and not ended; each holds a row, a hash and perhaps a file."""

UPLOAD_SESSION_SECONDS = 24 * 60 * 60
"""How long an upload may rest before it is dropped."""

REQUEST_ID_LENGTH = 64
"""Longest request id of a client that is taken over; a UUID has 36 characters."""

SHUTDOWN_GRACE_SECONDS = 30
"""How long requests under way may take to end when the service is told to; Kubernetes kills after 30 seconds
unless told otherwise.
"""

SERVICE_CONNECTIONS = 4_096
"""Most open connections to the service; each holds a file descriptor and up to 64 KiB of a request."""

SERVICE_CONNECTIONS_PER_ADDRESS = 512
"""Most open connections from one address. A client opens 6 to 20; many of them may share one address."""

SERVICE_REQUESTS_PER_SECOND = 0
"""Requests a second of one client unless the settings say otherwise; 0 is any number, since a whole cluster
may come from one address, and only those who run it know.
"""

SERVICE_BURST_SECONDS = 10
"""For how many seconds' worth of requests a client may save up: a pull asks for everything at once."""

RATES_REMEMBERED = 65_536
"""Most addresses or accounts whose rate of requests is remembered; each takes about 200 bytes."""

READINESS_SECONDS = 5
"""How long the checks of `/readyz` may take together; probes commonly give up after 1 to 10 seconds."""

LOGGED_LENGTH = 512
"""Most characters of a path, a query or a user agent in a line of the log."""

AUDIT_PAGE = 1_000
"""Most rows of the audit log in one answer; the rest are linked to."""

FORWARDED_ADDRESSES = 64
"""Most addresses of X-Forwarded-For that are looked at, counted from the nearest proxy."""

SIGNATURE_TYPE_LENGTH = 128
"""Longest type that a client may give a signature."""

VERIFICATION_BYTES = 256 * 1024
"""Largest record of a verification; a verdict on one signature takes a few thousand bytes."""

VERIFICATION_TEXT_LENGTH = 1024
"""Longest expected name, and longest sentence on a failure, in a record of a verification."""

VERIFICATION_EVIDENCE = 100
"""Most digests of evidence in a record of a verification."""

VERIFICATIONS_PAGE = 100
"""Most records of one signature in one answer."""

IMAGES_PAGE = 100
"""Most repositories in one answer on an image, each with all its signatures there."""

REVOCATION_REASON_LENGTH = 1024
"""Longest reason taken for a revocation."""

SIGNATURES_SCANNED = 10_000
"""Most rows looked at for one page of a search; a page may then be short, and names the next one."""

SIGNATURES_BROUGHT_IN = 200
"""Manifests looked at in one transaction when signatures from before their table are brought in."""

LOOKASIDE_ROWS = 1_000
"""Most signatures of one digest, over all repositories, that the layout without repositories looks at."""

LOOKASIDE_PATH_PARTS = 64
"""Most parts of a path below a shared signature store."""

SIGNED_ONLY_VERDICTS = 10_000
"""Most verdicts on manifests remembered; one takes some hundred bytes."""

SIGNED_ONLY_REREAD_SECONDS = 1
"""How long policy and trust stores of `signed_only` are believed unchanged; looking takes a millisecond."""

SIGNED_ONLY_RETRY_SECONDS = 5
"""How long a verdict that may be another one soon is used again."""

SIGNED_ONLY_KEY_SECONDS = 60
"""How long a verdict by OpenPGP keys is used again; a key may end meanwhile, and nothing else changes."""

SIGNED_ONLY_PARENTS = 1_000
"""Most indexes looked at for one that lists a manifest and has signatures."""

SIGNED_ONLY_WARNING_LENGTH = 1_000
"""Longest warning on a manifest; all warnings of an answer may have 4096 bytes (distribution-spec,
"Warnings").
"""

DATABASE_CONNECTIONS = 16
"""Most connections of one server to PostgreSQL, which allows 100 in all unless told otherwise."""

DATABASE_SECONDS = 5
"""Longest wait for a connection to PostgreSQL; a client is then told to come again."""

OBJECT_STORE_CONNECT_SECONDS = 5
"""Longest wait for an object store to take a connection."""

OBJECT_STORE_SECONDS = 60
"""Longest that one request to an object store may take, with all of its tries."""

OBJECT_STORE_READ_SECONDS = 24 * 60 * 60
"""Longest that one read of an object may take: as long as a slow client wants."""

OBJECT_STORE_TRIES = 4
"""Most tries of one request to an object store."""

UPLOAD_HASHES = 4_096
"""Uploads whose hash is kept in memory between two requests; the others are hashed again."""

BLOB_TOUCH_SECONDS = 60 * 60
"""How old the note may be that somebody was told of a blob; garbage collection waits longer."""

COLLECTION_GRACE_SECONDS = 24 * 60 * 60
"""How long garbage collection leaves alone what nobody uses, unless told otherwise: as long as an upload may
rest."""

COLLECTED_REMEMBERED_SECONDS = 30 * 24 * 60 * 60
"""How long it is known of a blob that it was collected; no push goes on for longer."""

CHECK_PROBLEMS = 10_000
"""Most problems that a check of the storage tells; whoever has more begins with these."""

BACKUP_LINE_BYTES = 64 * 1024 * 1024
"""Longest line read from a backup: a row with the largest content that the database holds."""
