"""Bounds on runs over many images, and on what is kept from one run to the next."""

__all__ = [
    "BULK_AT_ONCE",
    "BULK_AT_ONCE_PER_REGISTRY",
    "BULK_DECIDED",
    "BULK_GIVEN_UP",
    "BULK_SUMMARY_REFUSED",
    "BULK_SUMMARY_ROWS",
    "BULK_WINDOW",
    "JOURNAL_LINE_BYTES",
    "JOURNAL_SYNC_SECONDS",
    "LAYOUTS_KEPT_OPEN",
    "PENDING_BYTES",
    "PENDING_SECONDS",
    "PENDING_SIGNATURES",
    "SIDE_BY_SIDE",
    "VERDICT_CACHE_BYTES",
    "VERDICT_CACHE_COUNTED_EVERY",
    "VERDICT_CACHE_ENTRIES",
    "VERDICT_CACHE_ENTRY_BYTES",
    "VERDICT_CACHE_MOST_SECONDS",
    "VERDICT_CACHE_SECONDS",
]

SIDE_BY_SIDE = 8
"""Downloads at once from one registry within one verification; more only queue in most registries."""

LAYOUTS_KEPT_OPEN = 16
"""Layouts that a run over many images keeps open; an open archive is a file descriptor and a table."""

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

PENDING_BYTES = 1024 * 1024
"""Largest saved signature that waits for approval: message, chain and envelope; most take 20 KiB."""

PENDING_SECONDS = 100 * 24 * 60 * 60
"""How long a saved signature is kept that nobody goes on with; longer than any request may stand open."""

PENDING_SIGNATURES = 256
"""Most saved signatures of one user; a run of a pipeline leaves one behind if it is killed."""

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
