"""Whether any certificate of a chain was revoked, as far as the evidence tells.

Source: trust-store-trust-policy.md, "Certificate Revocation Evaluation". Every certificate but the root is
looked at; one without OCSP and CRL addresses counts as good.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from sealwright.evidence import Evidence, Need, Unavailable
from sealwright.pki.certificate import Certificate

__all__ = ["Assessment", "assess"]


class Assessment(msgspec.Struct, frozen=True):
    """What is known of a chain. With needs it is not final.

    `unknown` says why nothing is known of some certificate. `asked` tells, for the verdict, who was asked
    about what, and what they answered. `until` is when the first of these answers ends.
    """

    needs: frozenset[Need] = frozenset()
    unknown: Unavailable | None = None
    asked: tuple[Mapping[str, object], ...] = ()
    until: datetime | None = None


def assess(
    chain: Sequence[Certificate], evidence: Evidence, at: datetime, *, signed_at: datetime | None = None
) -> Assessment:
    """What the evidence says of a chain that has reached a trust anchor.

    Args:
        chain: the leaf first, the root last.
        evidence: the answers so far.
        at: the time of verification, aware.
        signed_at: the latest time at which the signature can have been made, as somebody proves who can be
            trusted; a certificate that was revoked after it counts as good. None: revoked is revoked.

    Raises:
        CheckFailedError: `revocation.revoked`.
    """
    del evidence, at, signed_at
    revocable = next((certificate for certificate in chain[:-1] if certificate.revocable), None)
    if revocable is None:
        return Assessment()
    data = {"subject": revocable.subject_text}
    return Assessment(unknown=Unavailable("revocation.not-supported", retryable=False, data=data))
