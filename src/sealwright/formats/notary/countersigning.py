"""The check `timestamp` of a Notary signature: when it was made, and who vouches for that.

Source: trust-store-trust-policy.md, "Authentic Timestamp"; RFC 3161.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from sealwright.evidence import Evidence, Unavailable
from sealwright.formats.notary import judging
from sealwright.formats.notary.attributes import SCHEME_AUTHORITY
from sealwright.formats.notary.envelope import Envelope
from sealwright.formats.record import Finding
from sealwright.pki.certificate import Certificate
from sealwright.rules import X509Rule
from sealwright.verdict import SigningTimes

__all__ = ["Stamped", "stamped"]


class Stamped(msgspec.Struct, frozen=True):
    """What the check found.

    `times` are those between which the signature was made, where that is proven; `until` is when it ends.
    """

    finding: Finding = None
    times: SigningTimes | None = None
    until: datetime | None = None


def stamped(
    envelope: Envelope,
    chain: Sequence[Certificate],
    rule: X509Rule,
    evidence: Evidence,
    at: datetime,
    *,
    authentic: bool,
) -> Stamped:
    """Look at the time of a signature.

    Args:
        envelope: of the signature; its integrity is proven.
        chain: the certificates that signed, the leaf first.
        rule: says which authorities are trusted, and when a timestamp is asked for.
        evidence: the answers so far.
        at: the time of verification, aware.
        authentic: whether the chain has reached a trust anchor and the signer is one of the rule's. If not,
            nothing that the signature names is used.

    Raises:
        CheckFailedError: a `timestamp.` code.
    """
    del evidence
    if not judging.timestamp(envelope, chain, rule, at):
        if authentic and envelope.attributes.scheme == SCHEME_AUTHORITY:
            claimed = envelope.attributes.signed_at
            return Stamped(times=SigningTimes(claimed, claimed, "authority"))
        return Stamped()
    return Stamped(Unavailable("timestamp.not-supported", retryable=False) if authentic else "not_reached")
