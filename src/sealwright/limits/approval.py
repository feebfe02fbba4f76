"""Bounds on approvals."""

__all__ = [
    "APPROVALS_PAGE",
    "APPROVALS_SCANNED",
    "APPROVALS_SWEPT",
    "APPROVAL_ALTERNATIVES",
    "APPROVAL_GROUPS",
    "APPROVAL_KEEP_DAYS",
    "APPROVAL_MESSAGE_BYTES",
    "APPROVAL_NOTE",
    "APPROVAL_PEOPLE",
    "APPROVAL_PERSON_KEYS",
    "APPROVAL_PROOFS",
    "APPROVAL_PROOF_BYTES",
    "APPROVAL_PUBLIC_KEY_BYTES",
    "APPROVAL_REQUESTS_PER_ACCOUNT",
    "APPROVAL_REQUESTS_PER_KEY",
    "APPROVAL_REQUEST_BYTES",
    "APPROVAL_RETRY_MOST_SECONDS",
    "APPROVAL_RETRY_SECONDS",
    "APPROVAL_RULES_BYTES",
    "APPROVAL_RULES_REMEMBERED",
    "APPROVAL_SECONDS",
    "APPROVAL_SIGNATURES_REMEMBERED",
    "APPROVAL_SIGNATURE_BYTES",
    "APPROVAL_TEXT_LENGTH",
    "APPROVAL_VOTES",
    "APPROVAL_VOTE_BYTES",
    "APPROVAL_WAITERS",
    "APPROVAL_WAIT_SECONDS",
    "APPROVERS",
    "APPROVER_BYTES",
    "WEBHOOK_BATCH",
    "WEBHOOK_GIVEN_UP_SECONDS",
    "WEBHOOK_LOOK_SECONDS",
    "WEBHOOK_PAUSE_SECONDS",
    "WEBHOOK_SECONDS",
    "WEBHOOK_SECRET_BYTES",
]

APPROVAL_ALTERNATIVES = 16
"""Most alternatives of one rule; people read and understand two or three."""

APPROVAL_GROUPS = 16
"""Most groups of one alternative."""

APPROVAL_PEOPLE = 64
"""Most people that the rules of one key name; whom to count is searched for among them."""

APPROVAL_PERSON_KEYS = 4
"""Most keys of one person: one in use, one to follow it, and the same for another machine."""

APPROVAL_PUBLIC_KEY_BYTES = 16 * 1024
"""Largest public key of an approver. RSA-4096 takes 550 bytes, an OpenPGP key with four subkeys 6 KiB."""

APPROVAL_RULES_BYTES = 256 * 1024
"""Largest rules of one key: 64 people with two keys of OpenPGP each, in base64."""

APPROVAL_RULES_REMEMBERED = 64
"""Rules kept as they were read, so that each key of an approver is loaded once; they take some KiB each."""

APPROVAL_SECONDS = 366 * 24 * 60 * 60
"""Longest time lock, time-out and time to use an approval: whoever waits for a year waits for nobody."""

APPROVAL_MESSAGE_BYTES = 256 * 1024
"""Largest message that people approve: as large as new rules are. What is signed itself has 4 KiB at most."""

APPROVAL_REQUEST_BYTES = 512 * 1024
"""Largest request: the message in base64, and what stands around it."""

APPROVAL_TEXT_LENGTH = 255
"""Longest identifier, account, algorithm, or name of a person or group; Oracle's identifiers have as many."""

APPROVAL_NOTE = 1000
"""Longest note that whoever asks for an approval may add, in characters: a name and a reason."""

APPROVAL_SIGNATURE_BYTES = 4 * 1024
"""Largest signature of a vote. RSA-4096 has 512 bytes, and 700 in a packet of OpenPGP."""

APPROVAL_SIGNATURES_REMEMBERED = 1_024
"""Signatures of which it is remembered whether they are good, with key and statement: 1 KiB each."""

APPROVAL_VOTES = 2 * APPROVAL_PEOPLE
"""Most votes on one request: everybody approves, then everybody thinks again. More are nobody's."""

APPROVAL_PROOFS = 8
"""Most proofs looked at for one signature; it needs one, and anybody who may push can add others."""

APPROVAL_PROOF_BYTES = 1024 * 1024
"""Largest proof: rules with the keys of some hundred people, and a signature of each of them."""

APPROVAL_RETRY_SECONDS = 1
"""First pause before a service that cannot be reached is asked again; each is twice the one before."""

APPROVAL_RETRY_MOST_SECONDS = 30
"""Longest such pause."""

APPROVAL_VOTE_BYTES = 16 * 1024
"""Largest body of a vote: its signature in base64, and two names."""

APPROVAL_REQUESTS_PER_KEY = 100
"""Most requests of one key that stand at a time, unless the settings say otherwise; people read each."""

APPROVAL_REQUESTS_PER_ACCOUNT = 100
"""Most requests of one account that stand at a time, unless the settings say otherwise."""

APPROVAL_KEEP_DAYS = 3650
"""Longest that requests are kept after they have ended."""

APPROVALS_PAGE = 100
"""Most requests, or people, in one answer. Each signature on each request is verified."""

APPROVALS_SCANNED = 1_000
"""Most requests looked at for one page; a page may then be short, and names the next one."""

APPROVALS_SWEPT = 200
"""Most requests that one round notes as ready or expired, and most that it forgets."""

APPROVAL_WAIT_SECONDS = 30
"""Longest that an answer waits for a request to change; proxies commonly give up after 60 seconds."""

APPROVAL_WAITERS = 1_000
"""Most clients of one server that wait for a request to change; each looks four times a second."""

APPROVERS = 10_000
"""Most people who enrol."""

APPROVER_BYTES = 128 * 1024
"""Largest body that enrols a person: four OpenPGP keys in base64."""

WEBHOOK_BATCH = 32
"""Most notices sent in one round."""

WEBHOOK_SECONDS = 10.0
"""Longest that one try to tell a webhook takes. Until twice that is over no other server tries."""

WEBHOOK_LOOK_SECONDS = 0.5
"""Pause between two looks for what a webhook is to be told."""

WEBHOOK_PAUSE_SECONDS = 60 * 60
"""Longest pause between two tries; they begin at two seconds and double."""

WEBHOOK_GIVEN_UP_SECONDS = 3 * 24 * 60 * 60
"""How long a notice is tried: over a weekend."""

WEBHOOK_SECRET_BYTES = 4 * 1024
"""Largest file with the secret of a webhook."""
