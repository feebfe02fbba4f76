"""Every bound on hostile or runaway input, with its reason and where the figure comes from."""

__all__ = [
    "ACCOUNTS_STATE_SECONDS",
    "ADMINISTRATION_BODY_BYTES",
    "ANNOTATIONS",
    "AUDIT_PAGE",
    "AUTHORITY_LOOK_SECONDS",
    "AUTHORITY_WAITING",
    "BACKUP_LINE_BYTES",
    "BEARERS_VERIFIED",
    "BEARER_BYTES",
    "BEARER_SECONDS",
    "BEARER_SKEW_SECONDS",
    "BLOB_BYTES",
    "BLOB_PIECE_BYTES",
    "BLOB_TOUCH_SECONDS",
    "BODY_PIECE_SECONDS",
    "BULK_AT_ONCE",
    "BULK_AT_ONCE_PER_REGISTRY",
    "BULK_DECIDED",
    "BULK_GIVEN_UP",
    "BULK_SUMMARY_REFUSED",
    "BULK_SUMMARY_ROWS",
    "BULK_WINDOW",
    "CBOR_DEPTH",
    "CERTIFICATES_REMEMBERED",
    "CERTIFICATE_BYTES",
    "CERTIFICATE_CHAIN_LENGTH",
    "CERTIFICATE_DAYS",
    "CHALLENGES",
    "CHECK_PROBLEMS",
    "CLAIM_LENGTH",
    "CLOCK_BACK_SECONDS",
    "CLOCK_SKEW_SECONDS",
    "COLLECTED_REMEMBERED_SECONDS",
    "COLLECTION_GRACE_SECONDS",
    "CONFIG_FILE_BYTES",
    "CONNECTIONS_PER_HOST",
    "CONNECT_SECONDS",
    "CREDENTIALS_VERIFIED",
    "CREDENTIAL_HELPER_BYTES",
    "CREDENTIAL_HELPER_SECONDS",
    "CREDENTIAL_SECONDS",
    "CRLS_REMEMBERED",
    "CRL_BYTES",
    "CRL_DAYS",
    "CRL_ENTRIES_REMEMBERED",
    "CRL_KEPT_SECONDS",
    "CRL_MADE_BYTES",
    "CRL_SECONDS",
    "DAEMON_ANSWER_BYTES",
    "DAEMON_SILENCE_SECONDS",
    "DATABASE_CONNECTIONS",
    "DATABASE_SECONDS",
    "DISCARDED_BYTES",
    "ENVELOPE_BYTES",
    "ERROR_BODY_BYTES",
    "EVIDENCE_ROUNDS",
    "FALLBACK_TAG_TRIES",
    "FORWARDED_ADDRESSES",
    "GPG_HOMES",
    "GPG_OUTPUT_BYTES",
    "GPG_SAID",
    "GPG_SECONDS",
    "GPG_SIGNING_SECONDS",
    "HEADER_BYTES",
    "IDLE_CONNECTIONS_PER_HOST",
    "IDLE_CONNECTION_SECONDS",
    "ID_TOKEN_BYTES",
    "ID_TOKEN_SKEW_SECONDS",
    "IMAGES_PAGE",
    "IMPORTED_BYTES",
    "IMPORTED_FOLDERS",
    "INDEX_DEPTH",
    "ISSUER_SECONDS",
    "JOURNAL_LINE_BYTES",
    "JOURNAL_SYNC_SECONDS",
    "JSON_DEPTH",
    "JWKS_BYTES",
    "JWKS_KEYS",
    "JWKS_REFRESH_SECONDS",
    "JWKS_SECONDS",
    "LAYER_BYTES",
    "LAYOUTS_KEPT_OPEN",
    "LAYOUT_INDEX_BYTES",
    "LAYOUT_LOCK_SECONDS",
    "LAYOUT_MANIFESTS",
    "LAYOUT_TAR_HEADER_BYTES",
    "LAYOUT_TAR_MEMBERS",
    "LISTING_PAGE",
    "LOCAL_COPY_SECONDS",
    "LOCK_SECONDS",
    "LOGGED_LENGTH",
    "LOGINS_AT_ONCE",
    "LOGIN_FAILURES",
    "LOGIN_FAILURES_KEPT",
    "LOGIN_FAILURES_PER_ADDRESS",
    "LOGIN_FAILURE_SECONDS",
    "LOOKASIDE_BYTES",
    "LOOKASIDE_PATH_PARTS",
    "LOOKASIDE_ROWS",
    "LOOKASIDE_SECONDS",
    "LOOKASIDE_SIGNATURES",
    "MANIFEST_BYTES",
    "MAX_SIGNATURES",
    "MAX_SIGNATURES_ASKED",
    "MOUNT_SOURCES",
    "OBJECT_STORE_CONNECT_SECONDS",
    "OBJECT_STORE_READ_SECONDS",
    "OBJECT_STORE_SECONDS",
    "OBJECT_STORE_TRIES",
    "OCSP_ANSWERS_KEPT",
    "OCSP_GET_LENGTH",
    "OCSP_NONCE_BYTES",
    "OCSP_REQUEST_BYTES",
    "OCSP_RESPONSES",
    "OCSP_RESPONSE_BYTES",
    "OCSP_SECONDS",
    "OCSP_WITHOUT_END_SECONDS",
    "OPENPGP_DEPTH",
    "OPENPGP_KEYRING_BYTES",
    "OPENPGP_KEYRING_PACKETS",
    "OPENPGP_KEYS",
    "OPENPGP_KEY_SETS",
    "OPENPGP_MESSAGE_BYTES",
    "OPENPGP_PACKETS",
    "OPENPGP_PARTS",
    "OPENPGP_SUBPACKETS",
    "OPENPGP_USER_ID",
    "OPENPGP_VERDICT_SECONDS",
    "PASSWORD_BYTES",
    "PASSWORD_LENGTH",
    "PASSWORD_SCRYPT_BLOCK",
    "PASSWORD_SCRYPT_COST",
    "PASSWORD_SCRYPT_LANES",
    "PERSONAL_TOKENS",
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
    "PKI_CERTIFICATES",
    "PKI_LEDGER_BYTES",
    "PKI_LEDGER_LINE_BYTES",
    "PKI_URL_LENGTH",
    "PLATFORMS",
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
    "POLICY_TEST_FILE_BYTES",
    "RATES_REMEMBERED",
    "READINESS_SECONDS",
    "REDIRECTS",
    "REFERENCE_LENGTH",
    "REFERRERS_API_SECONDS",
    "REFERRERS_LISTED",
    "REFERRERS_OPENED",
    "REFERRERS_PAGES",
    "REFERRERS_PAGE_BYTES",
    "REFRESH_SECONDS",
    "REFUSED_BODY_BYTES",
    "REGISTRIES_D_ALIASES",
    "REGISTRIES_D_FILES",
    "REGISTRIES_D_FILE_BYTES",
    "REGISTRIES_D_ODDITIES",
    "REPOSITORIES_KNOWN",
    "REPOSITORY_NAME_LENGTH",
    "REQUEST_HEAD_BYTES",
    "REQUEST_ID_LENGTH",
    "REQUEST_PATH_LENGTH",
    "REQUEST_SECONDS",
    "REQUEST_TRIES",
    "RETRY_AFTER_SECONDS",
    "REVOCATION_ANSWERS",
    "REVOCATION_ANSWERS_BYTES",
    "REVOCATION_BUNDLE_ANSWERS",
    "REVOCATION_BUNDLE_BYTES",
    "REVOCATION_CACHE_BYTES",
    "REVOCATION_CACHE_COUNTED_EVERY",
    "REVOCATION_CACHE_ENTRIES",
    "REVOCATION_FAILURE_SECONDS",
    "REVOCATION_KEPT_SECONDS",
    "REVOCATION_REASON_LENGTH",
    "REVOCATION_REUSED_SECONDS",
    "REVOCATION_URLS",
    "REVOCATION_URL_LENGTH",
    "SCOPES_ASKED",
    "SERVICE_ANSWER_BYTES",
    "SERVICE_BURST_SECONDS",
    "SERVICE_CONNECTIONS",
    "SERVICE_CONNECTIONS_PER_ADDRESS",
    "SERVICE_PAGES",
    "SERVICE_REQUESTS_PER_SECOND",
    "SHUTDOWN_GRACE_SECONDS",
    "SIDE_BY_SIDE",
    "SIGNATURES_BROUGHT_IN",
    "SIGNATURES_SCANNED",
    "SIGNATURE_NAME_TRIES",
    "SIGNATURE_TYPE_LENGTH",
    "SIGNED_ONLY_KEY_SECONDS",
    "SIGNED_ONLY_PARENTS",
    "SIGNED_ONLY_REREAD_SECONDS",
    "SIGNED_ONLY_RETRY_SECONDS",
    "SIGNED_ONLY_VERDICTS",
    "SIGNED_ONLY_WARNING_LENGTH",
    "SILENCE_SECONDS",
    "SIMPLE_PAYLOAD_BYTES",
    "SIMPLE_SIGNATURES",
    "SIMPLE_SIGNATURE_BODY_BYTES",
    "SIMPLE_SIGNATURE_BYTES",
    "SIMPLE_SIGNATURE_LIST_BYTES",
    "SIMPLE_TIMESTAMP",
    "TAGS_LISTED",
    "TAGS_PER_PUSH",
    "TIMESTAMPS_REMEMBERED",
    "TIMESTAMP_ACCURACY_MILLIS",
    "TIMESTAMP_BYTES",
    "TIMESTAMP_CERTIFICATES",
    "TIMESTAMP_DEPTH",
    "TIMESTAMP_ELEMENTS",
    "TIMESTAMP_NONCE_BYTES",
    "TIMESTAMP_NUMBER_BYTES",
    "TIMESTAMP_REQUEST_BYTES",
    "TIMESTAMP_SECONDS",
    "TOKENS_CACHED",
    "TOKEN_BYTES",
    "TOKEN_NOTE_LENGTH",
    "TOKEN_SECONDS_MOST",
    "TRUST_STORE_FILES",
    "TRUST_STORE_FILE_BYTES",
    "UPLOADS_AT_ONCE",
    "UPLOAD_CHUNK_BYTES",
    "UPLOAD_CHUNK_MOST_BYTES",
    "UPLOAD_HASHES",
    "UPLOAD_SESSIONS",
    "UPLOAD_SESSION_SECONDS",
    "UPLOAD_WHOLE_BYTES",
    "VERDICT_CACHE_BYTES",
    "VERDICT_CACHE_COUNTED_EVERY",
    "VERDICT_CACHE_ENTRIES",
    "VERDICT_CACHE_ENTRY_BYTES",
    "VERDICT_CACHE_MOST_SECONDS",
    "VERDICT_CACHE_SECONDS",
    "VERIFICATIONS_PAGE",
    "VERIFICATION_BYTES",
    "VERIFICATION_EVIDENCE",
    "VERIFICATION_TEXT_LENGTH",
    "WORKLOAD_SUBJECT_LENGTH",
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

TIMESTAMP_BYTES = 1024 * 1024
"""Largest timestamp, or reply of its authority, read: the figure of notation. Real ones have 2 to 8 KiB."""

TIMESTAMP_CERTIFICATES = 16
"""Most certificates, and signers, in a timestamp. Real ones have 1 to 4, and one; a way costs the square."""

TIMESTAMP_DEPTH = 32
"""Deepest nesting of ASN.1 read in a timestamp. Real ones need 15, and what reads on does so by recursion."""

TIMESTAMP_ELEMENTS = 20_000
"""Most ASN.1 elements walked in a timestamp: real ones have 300, more with revocation lists in them."""

TIMESTAMP_NUMBER_BYTES = 64
"""Longest number read in a timestamp: serial numbers have 20 octets, nonces of some clients 32."""

TIMESTAMPS_REMEMBERED = 16
"""Timestamps kept as read: each is looked at again in the next round of evidence. At worst 16 MiB of DER."""

TIMESTAMP_SECONDS = 15.0
"""How long a timestamp authority may take for its whole answer: the figure of notation."""

CBOR_DEPTH = 16
"""Deepest nesting of CBOR read. A COSE envelope of the specification needs 3."""

CLOCK_SKEW_SECONDS = 300
"""How far in the future a claimed signing time may lie: clocks differ, by minutes at most."""

CERTIFICATE_DAYS = 36_500
"""Longest term of a certificate that is made: a hundred years, which some choose for roots."""

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

REFERRERS_LISTED = 10_000
"""Most referrers of one subject looked at while listing, of any artifact type."""

REFERRERS_OPENED = 1_000
"""Most manifests opened during one listing of referrers because the listing cannot tell their type."""

REFERRERS_PAGES = 1_000
"""Most pages of a referrers or tags listing followed."""

INDEX_DEPTH = 4
"""Deepest nesting of indexes followed when an index is copied or signed with its children."""

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

BLOB_PIECE_BYTES = 1024 * 1024
"""Blobs are moved in pieces of this size, so that memory stays flat."""

CREDENTIAL_HELPER_SECONDS = 30
"""How long a credential helper may take. It may have to ask the user."""

CREDENTIAL_HELPER_BYTES = 1024 * 1024
"""Most read of what a credential helper prints."""

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

LAYOUT_TAR_MEMBERS = 100_000
"""Most members of a tar file that is read as an image layout."""

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

LAYOUT_TAR_HEADER_BYTES = 64 * 1024
"""Largest extended header (pax or GNU long name) read from a tar file; names in layouts are short."""

LAYOUT_INDEX_BYTES = 64 * 1024 * 1024
"""Largest index.json of an image layout; it lists every manifest and signature in it."""

LAYOUT_LOCK_SECONDS = 30
"""Longest wait for another writer of the same layout."""

BLOB_BYTES = 256 * 1024**3
"""Largest blob that the registry takes. The largest layers known registries take have 52 GB (Amazon's)."""

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

SIDE_BY_SIDE = 8
"""Downloads at once from one registry within one verification; more only queue in most registries."""

LAYOUTS_KEPT_OPEN = 16
"""Layouts that a run over many images keeps open; an open archive is a file descriptor and a table."""

LAYOUT_MANIFESTS = 100_000
"""Most manifests of an image layout that are opened to find referrers."""

BULK_AT_ONCE = 64
"""Images looked at side by side in one run, over all registries; each is a thread that mostly waits."""

BULK_AT_ONCE_PER_REGISTRY = 16
"""Images looked at side by side in one registry, so that a slow one leaves room for the others."""

BULK_WINDOW = 1024
"""Images begun and not yet reported in one run. Results come in the order of the names, so a slow image
holds back those behind it; a result takes some KiB.
"""

BULK_DECIDED = 1024
"""Verdicts remembered within a run for other tags of the same digest."""

BULK_SUMMARY_ROWS = 50
"""Images up to which the summary names all; beyond, only those that were not accepted, and these fully."""

BULK_SUMMARY_REFUSED = 1_000
"""Most rows of a summary, so that a run in which everything is refused takes no more memory."""

BULK_GIVEN_UP = 8
"""Images of one registry given up on in a row after which others there are tried only once each."""

JOURNAL_LINE_BYTES = 64 * 1024 * 1024
"""Longest line read from a journal: a verdict over the most signatures that a caller may ask for."""

JOURNAL_SYNC_SECONDS = 1
"""How much of a journal a power cut may cost; what is lost is asked for again."""

PLATFORMS = 1_000
"""Most manifests of one index that are verified with it. The largest official images have about 40."""

OCSP_SECONDS = 2
"""How long one responder is waited for, from name to last byte; that of the reference."""

OCSP_RESPONSE_BYTES = 20 * 1024
"""Largest OCSP response read; that of the reference. With a delegate's certificate, one has 2 to 4 KiB."""

OCSP_RESPONSES = 64
"""Most single responses in an OCSP response; one is asked for, and responders for devices pack a few more."""

OCSP_GET_LENGTH = 255
"""From this many characters in the URL on, a request is posted (RFC 6960, appendix A.1)."""

OCSP_NONCE_BYTES = 32
"""Length of the nonce that is sent (RFC 9654, section 2.1)."""

OCSP_WITHOUT_END_SECONDS = 60 * 60
"""How long an OCSP response counts that does not say when it ends, from the time at which it is true."""

CRL_SECONDS = 5
"""How long one host of revocation lists is waited for, from name to last byte; that of the reference."""

CRL_BYTES = 32 * 1024 * 1024
"""Largest revocation list read; that of the reference. The largest known have half of it."""

CRLS_REMEMBERED = 8
"""Revocation lists kept as read; at worst 256 MiB, as a rule a few KiB each."""

CRL_ENTRIES_REMEMBERED = 4096
"""Answers kept of each revocation list that was read."""

REVOCATION_URLS = 4
"""Most URLs of one kind (responders, lists, delta lists) that one certificate may have us ask."""

REVOCATION_URL_LENGTH = 2048
"""Longest URL that a certificate may have us ask."""

REVOCATION_ANSWERS = 4096
"""Answers of responders and CAs remembered by one process, and those being waited for."""

REVOCATION_ANSWERS_BYTES = 128 * 1024 * 1024
"""Bytes of these answers, beyond which the oldest are forgotten."""

REVOCATION_FAILURE_SECONDS = 60
"""How long nobody asks again who was asked in vain: many images share a chain."""

REVOCATION_REUSED_SECONDS = 24 * 60 * 60
"""How long an OCSP response is used again at most, even if it ends later: a revocation waits no longer."""

REVOCATION_KEPT_SECONDS = 90 * 24 * 60 * 60
"""Age at which an answer on disk is removed, whenever it ends."""

REVOCATION_CACHE_ENTRIES = 20_000
"""Most answers kept on disk."""

REVOCATION_CACHE_BYTES = 256 * 1024 * 1024
"""Most bytes of answers kept on disk."""

REVOCATION_CACHE_COUNTED_EVERY = 512
"""Answers kept by one process between two counts of what is on disk; a count looks at every file."""

REVOCATION_BUNDLE_BYTES = 256 * 1024 * 1024
"""Largest bundle of answers read or written."""

REVOCATION_BUNDLE_ANSWERS = 20_000
"""Most answers in a bundle; those for some thousand signers."""

VERDICT_CACHE_SECONDS = 300
"""How long a verdict may be used again unless the caller says otherwise; a revocation waits no longer."""

VERDICT_CACHE_MOST_SECONDS = 24 * 60 * 60
"""Longest that a caller may ask for, and the age at which a kept verdict is removed."""

VERDICT_CACHE_ENTRIES = 20_000
"""Most verdicts kept in one folder; twice a large fleet."""

VERDICT_CACHE_BYTES = 256 * 1024 * 1024
"""Most bytes of verdicts kept in one folder. A verdict takes 2 to 4 KiB for each signature."""

VERDICT_CACHE_ENTRY_BYTES = 1024 * 1024
"""Largest verdict kept; some hundred signatures."""

VERDICT_CACHE_COUNTED_EVERY = 512
"""Verdicts kept by one process between two counts of what is in the folder; a count looks at every file."""

REFERRERS_API_SECONDS = 300
"""How long it is believed that a repository has the referrers API, or has not; registries are upgraded."""

REPOSITORIES_KNOWN = 10_000
"""Repositories of which a run remembers whether they have the referrers API; then it begins anew."""

SIMPLE_SIGNATURE_BYTES = 4 * 1024 * 1024
"""Largest simple signature taken or served; containers/image reads no more."""

SIMPLE_SIGNATURES = 127
"""Most live simple signatures of one image. Clients give up on a signature store at 128 (containers/image
5.24, `maxLookasideSignatures`), before they have seen that it ends there.
"""

LOCAL_COPY_SECONDS = 60 * 60
"""Longest that another program may take to bring an image into its storage or out of it."""

DAEMON_SILENCE_SECONDS = 10 * 60
"""Longest silence of Docker, which puts an image together before it says anything."""

DAEMON_ANSWER_BYTES = 4 * 1024 * 1024
"""Most read of what Docker says while it takes an image; a line for each layer."""

LAYER_BYTES = 64 * 1024 * 1024 * 1024
"""Most bytes that are unpacked from one layer; larger ones exist nowhere, and a small one may claim to be."""

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

LOCK_SECONDS = 10.0
"""Longest wait for others who change the same settings. They take milliseconds; but whoever may read a folder
may lock it, and keep it locked."""

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

OPENPGP_USER_ID = 2048
"""Longest user id kept, in characters, as gpg takes them."""

OPENPGP_KEY_SETS = 64
"""Most sets of public keys that one run keeps in the form of Sequoia."""

CLAIM_LENGTH = 512
"""Most characters kept of what a signature claims, such as the name of its signer; indexes hold no more."""

SIGNATURE_TYPE_LENGTH = 128
"""Longest type that a client may give a signature."""

SERVICE_ANSWER_BYTES = 16 * 1024 * 1024
"""Largest answer read of our own service; a page of an image in many repositories is the longest."""

SERVICE_PAGES = 100
"""Most pages of one listing that are asked for from our own service."""

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

OPENPGP_VERDICT_SECONDS = 60 * 60
"""How long a verdict by OpenPGP keys is taken to be settled: nothing tells when a key ends."""

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

OCSP_REQUEST_BYTES = 16 * 1024
"""Largest OCSP request that is read. One question with a nonce has some 120 bytes, a signed one thousands."""

OCSP_NONCE_BYTES = 128
"""Longest nonce of an OCSP request (RFC 9654, section 2.1)."""

OCSP_ANSWERS_KEPT = 65_536
"""Most signed answers without a nonce that are kept to be given again; each has some 1,000 bytes."""

TIMESTAMP_REQUEST_BYTES = 4 * 1024
"""Largest timestamp request that is read. One has some 60 to 100 bytes."""

TIMESTAMP_NONCE_BYTES = 64
"""Longest nonce of a timestamp request; clients send 8 to 20 bytes, and it comes back in the token."""

CRL_MADE_BYTES = 256 * 1024 * 1024
"""Largest revocation list of our own that is read again: some seven million entries."""

CRL_DAYS = 3650
"""Longest time for which a revocation list is made. Its readers learn nothing new until it ends."""

CRL_KEPT_SECONDS = 3600
"""Longest time for which a cache may keep a revocation list that is served, however long the list holds."""

PKI_LEDGER_BYTES = 1024 * 1024 * 1024
"""Largest ledger of a PKI: some four million certificates."""

PKI_LEDGER_LINE_BYTES = 16 * 1024
"""Longest line of the ledger of a PKI; one has some 250 bytes, and a subject is at most a few thousand."""

PKI_CERTIFICATES = 10_000
"""Most certificate files of a folder that are looked at when its ledger is begun."""

PKI_URL_LENGTH = 1024
"""Longest address that is written into a certificate; every verifier downloads it with each signature."""

AUTHORITY_WAITING = 512
"""Most requests that wait for a signature; more are told to come again. 512 take less than a second."""

AUTHORITY_LOOK_SECONDS = 2.0
"""How often a server looks whether the ledger of a PKI has changed: so soon a revocation is told."""

CLOCK_BACK_SECONDS = 1.0
"""How far a clock may go back, or lag behind the time that has passed, before no more timestamps are made.
Programs that keep clocks right slew them by less."""

TIMESTAMP_ACCURACY_MILLIS = 3_600_000
"""Least accurate clock that timestamps are given with; a verifier widens the signing time by as much."""

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
