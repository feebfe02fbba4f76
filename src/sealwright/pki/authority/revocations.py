"""That a certificate was revoked, since when, and why.

Source: RFC 5280, section 5.3.1. Without a reason an entry has no reason code at all, rather than the code for
"unspecified".
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from cryptography.x509 import ReasonFlags

__all__ = ["HOLD", "REASONS", "UNSPECIFIED", "Revocation"]

UNSPECIFIED = "unspecified"
HOLD = "certificateHold"
"""Revoked for the time being: the only reason that can be taken back."""

REASONS: Mapping[str, ReasonFlags] = {
    UNSPECIFIED: ReasonFlags.unspecified,
    "keyCompromise": ReasonFlags.key_compromise,
    "cACompromise": ReasonFlags.ca_compromise,
    "affiliationChanged": ReasonFlags.affiliation_changed,
    "superseded": ReasonFlags.superseded,
    "cessationOfOperation": ReasonFlags.cessation_of_operation,
    HOLD: ReasonFlags.certificate_hold,
    "privilegeWithdrawn": ReasonFlags.privilege_withdrawn,
    "aACompromise": ReasonFlags.aa_compromise,
}
"""The reasons that can be given, by their names in RFC 5280."""


class Revocation(msgspec.Struct, frozen=True):
    """A certificate that counts no more.

    Attributes:
        serial: of the certificate.
        at: since when it is revoked, aware, in whole seconds.
        reason: one of `REASONS`.
        invalid_since: since when its key is known or feared to be in wrong hands, where that was earlier.
    """

    serial: int
    at: datetime
    reason: str = UNSPECIFIED
    invalid_since: datetime | None = None
