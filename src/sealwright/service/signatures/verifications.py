"""Records of verifications: what somebody found, when they verified a signature, and said so.

The signature itself is never touched by one. Its last record says how it stands: `verified` or `unverified`,
which is also what it is without any record, after a failure, and after verifications were taken back
(`removed`).
"""

from typing import Literal

import msgspec

__all__ = ["Maker", "NewVerification", "Result", "Verification", "VerifiedStatus", "status_of"]

Result = Literal["verified", "failed", "removed"]
"""`removed`: earlier verifications are not to count any more."""

Maker = Literal["client", "service"]
"""Who judged: the program of whoever sent the record, or the service itself."""

VerifiedStatus = Literal["verified", "unverified"]


class NewVerification(msgspec.Struct, frozen=True):
    """A record to be added.

    `key` is the fingerprint of the key that signed, as far as it is known; `expected` the name that the
    signature had to carry. `reason` and `problem` say why it failed: a reason code and its sentence.
    `language` and `policy` name what decided, the latter by its digest. `evidence` holds the digests of what
    it was found with: keyrings, trust stores. `verdict` is all of it as JSON, or empty.
    """

    result: Result
    maker: Maker
    key: str = ""
    expected: str = ""
    reason: str = ""
    problem: str = ""
    language: str = ""
    policy: str = ""
    evidence: tuple[str, ...] = ()
    verdict: str = ""


class Verification(msgspec.Struct, frozen=True):
    """A record: which one of its signature, about what, when (microseconds since 1970), by which account."""

    signature: str
    number: int
    subject: str
    digest: str
    at: int
    made_by: str
    maker: Maker
    result: Result
    key: str
    expected: str
    reason: str
    problem: str
    language: str
    policy: str
    evidence: tuple[str, ...]


def status_of(latest: Verification | None) -> VerifiedStatus:
    """How a signature stands; derived, never stored.

    Args:
        latest: its last record, if it has any.
    """
    return "verified" if latest is not None and latest.result == "verified" else "unverified"
