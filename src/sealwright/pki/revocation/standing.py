"""How a certificate stands, as one answer tells it, and whether that answer is of today."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from cryptography import x509

from sealwright import limits
from sealwright.errors import CheckFailedError

__all__ = ["Standing", "require_current", "word"]

_SKEW = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)

_WORDS: dict[x509.ReasonFlags, str] = {
    x509.ReasonFlags.unspecified: "unspecified",
    x509.ReasonFlags.key_compromise: "keyCompromise",
    x509.ReasonFlags.ca_compromise: "cACompromise",
    x509.ReasonFlags.affiliation_changed: "affiliationChanged",
    x509.ReasonFlags.superseded: "superseded",
    x509.ReasonFlags.cessation_of_operation: "cessationOfOperation",
    x509.ReasonFlags.certificate_hold: "certificateHold",
    x509.ReasonFlags.remove_from_crl: "removeFromCRL",
    x509.ReasonFlags.privilege_withdrawn: "privilegeWithdrawn",
    x509.ReasonFlags.aa_compromise: "aACompromise",
}

_COMPROMISED = frozenset({"keyCompromise", "cACompromise", "aACompromise"})
"""Reasons after which nobody knows since when somebody else has had the key, unless the answer tells."""


class Standing(msgspec.Struct, frozen=True):
    """What one answer says of a certificate.

    `made_at` is when that was true, `until` when the answer ends. `revoked_at`, `reason` (RFC 5280, section
    5.3.1, "unspecified" where none is given) and `invalid_since` (section 5.3.2) are there if it was revoked.
    """

    state: Literal["good", "revoked", "unknown"]
    made_at: datetime
    until: datetime
    revoked_at: datetime | None = None
    reason: str = ""
    invalid_since: datetime | None = None

    def revoked_before(self, signed_at: datetime) -> bool:
        """Whether a signature of that time was made when, or after, the key was not good any more.

        Without a date of invalidity, a compromised key touches every signature.
        """
        if self.invalid_since is None and self.reason in _COMPROMISED:
            return True
        since = min(time for time in (self.revoked_at, self.invalid_since) if time is not None)
        return signed_at >= since


def word(reason: x509.ReasonFlags | None) -> str:
    """A reason as RFC 5280 writes it."""
    return "unspecified" if reason is None else _WORDS[reason]


def require_current(made_at: datetime, until: datetime, at: datetime) -> None:
    """Check that an answer is neither of the future nor over.

    Args:
        made_at: when it was true.
        until: when it ends.
        at: the time of verification; its clock may be behind by `limits.CLOCK_SKEW_SECONDS`.

    Raises:
        CheckFailedError: `revocation.not-yet-valid` or `revocation.ended`.
    """
    if made_at > at + _SKEW:
        raise CheckFailedError("revocation.not-yet-valid", made_at=made_at.isoformat())
    if at > until:
        raise CheckFailedError("revocation.ended", until=until.isoformat())
