"""What a timestamp authority answers: a token, or why there is none.

Source: RFC 3161, section 2.4.2 (TimeStampResp, PKIStatus, PKIFailureInfo).
"""

import msgspec

from sealwright.errors import CheckFailedError
from sealwright.pki.timestamps import structures

__all__ = ["FAILURES", "STATUSES", "granted"]

_GRANTED = frozenset({0, 1})
"""Granted, and granted with modifications: what was modified is found where the token is compared."""

STATUSES = {
    2: "rejected",
    3: "not yet processed",
    4: "a warning that a revocation is imminent",
    5: "a notification that a revocation has occurred",
}

FAILURES = {
    0: "the hash algorithm is unknown or not supported",
    2: "such a transaction is not permitted or not supported",
    5: "the data has the wrong format",
    14: "the authority's source of time is not available",
    15: "the policy asked for is not supported",
    16: "the extension asked for is not supported",
    17: "the additional information asked for is not understood or not available",
    25: "the authority has failed",
}
"""The bits of a failure in words."""


def granted(content: bytes) -> bytes:
    """The token of a reply, in DER; nothing of it is known.

    Args:
        content: a TimeStampResp.

    Raises:
        CheckFailedError: `timestamp.rejected` or `timestamp.no-token`.
        MalformedContentError: `timestamp.malformed`.
    """
    reply = structures.read_reply(content)
    if reply.status not in _GRANTED:
        words = [FAILURES.get(bit, f"failure {bit}") for bit in sorted(reply.failures)]
        words += [msgspec.json.encode(reply.words).decode()] if reply.words else []
        raise CheckFailedError(
            "timestamp.rejected",
            status=STATUSES.get(reply.status, f"status {reply.status}"),
            why="; ".join(words) or "no reason is given",
            number=reply.status,
            failures=sorted(reply.failures),
        )
    if not reply.token:
        raise CheckFailedError("timestamp.no-token")
    return reply.token
