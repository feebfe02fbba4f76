"""Bounds on revocation, timestamps, and CAs of our own."""

__all__ = [
    "AUTHORITY_LOOK_SECONDS",
    "AUTHORITY_WAITING",
    "CERTIFICATE_DAYS",
    "CLOCK_BACK_SECONDS",
    "CRLS_REMEMBERED",
    "CRL_BYTES",
    "CRL_DAYS",
    "CRL_ENTRIES_REMEMBERED",
    "CRL_KEPT_SECONDS",
    "CRL_MADE_BYTES",
    "CRL_SECONDS",
    "OCSP_ANSWERS_KEPT",
    "OCSP_GET_LENGTH",
    "OCSP_NONCE_BYTES",
    "OCSP_NONCE_SENT_BYTES",
    "OCSP_REQUEST_BYTES",
    "OCSP_RESPONSES",
    "OCSP_RESPONSE_BYTES",
    "OCSP_SECONDS",
    "OCSP_WITHOUT_END_SECONDS",
    "PKI_CERTIFICATES",
    "PKI_LEDGER_BYTES",
    "PKI_LEDGER_LINE_BYTES",
    "PKI_URL_LENGTH",
    "REVOCATION_ANSWERS",
    "REVOCATION_ANSWERS_BYTES",
    "REVOCATION_BUNDLE_ANSWERS",
    "REVOCATION_BUNDLE_BYTES",
    "REVOCATION_CACHE_BYTES",
    "REVOCATION_CACHE_COUNTED_EVERY",
    "REVOCATION_CACHE_ENTRIES",
    "REVOCATION_FAILURE_SECONDS",
    "REVOCATION_KEPT_SECONDS",
    "REVOCATION_REUSED_SECONDS",
    "REVOCATION_URLS",
    "REVOCATION_URL_LENGTH",
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
]

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

CERTIFICATE_DAYS = 36_500
"""Longest term of a certificate that is made: a hundred years, which some choose for roots."""

OCSP_SECONDS = 2
"""How long one responder is waited for, from name to last byte; that of the reference."""

OCSP_RESPONSE_BYTES = 20 * 1024
"""Largest OCSP response read; that of the reference. With a delegate's certificate, one has 2 to 4 KiB."""

OCSP_RESPONSES = 64
"""Most single responses in an OCSP response; one is asked for, and responders for devices pack a few more."""

OCSP_GET_LENGTH = 255
"""From this many characters in the URL on, a request is posted (RFC 6960, appendix A.1)."""

OCSP_NONCE_SENT_BYTES = 32
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
