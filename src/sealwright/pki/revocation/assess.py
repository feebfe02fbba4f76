"""Whether any certificate of a chain was revoked, as far as the evidence tells.

Source: trust-store-trust-policy.md, "Certificate Revocation Evaluation". Every certificate but the root is
looked at; one without OCSP and CRL addresses counts as good.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from sealwright import limits, reasons
from sealwright.errors import CheckFailedError
from sealwright.evidence import Evidence, Need, Unavailable
from sealwright.pki.certificate import Certificate

if TYPE_CHECKING:
    from sealwright.pki.revocation.inquiry import Outcome

__all__ = ["Assessment", "assess", "survey"]

_AGAIN = timedelta(seconds=limits.REVOCATION_FAILURE_SECONDS)


class Assessment(msgspec.Struct, frozen=True):
    """What is known of a chain. With needs it is not final.

    `revoked` says that a certificate was revoked, `unknown` why nothing is known of some certificate. `asked`
    tells, for the verdict, who was asked about what, and what they answered. `until` is when the first of the
    answers that count here ends; where nothing is known, when it is worth asking again.
    """

    needs: frozenset[Need] = frozenset()
    revoked: CheckFailedError | None = None
    unknown: Unavailable | None = None
    asked: tuple[Mapping[str, object], ...] = ()
    until: datetime | None = None


def assess(
    chain: Sequence[Certificate], evidence: Evidence, at: datetime, *, signed_at: datetime | None = None
) -> Assessment:
    """What the evidence says of a chain that has reached a trust anchor, if none of it was revoked.

    Args:
        chain: see `survey`.
        evidence: see `survey`.
        at: see `survey`.
        signed_at: see `survey`.

    Raises:
        CheckFailedError: `revocation.revoked`.
    """
    found = survey(chain, evidence, at, signed_at=signed_at)
    if found.revoked is not None:
        raise found.revoked
    return found


def survey(
    chain: Sequence[Certificate], evidence: Evidence, at: datetime, *, signed_at: datetime | None = None
) -> Assessment:
    """What the evidence says of a chain that has reached a trust anchor.

    Args:
        chain: the leaf first, the root last.
        evidence: the answers so far.
        at: the time of verification, aware.
        signed_at: the latest time at which the signature can have been made, as somebody proves who can be
            trusted; a certificate that was revoked after it counts as good. None: revoked is revoked.

    1. All certificates are looked at side by side: what they want is asked in one round.
    2. One that was revoked decides, whatever is still unknown of the others.
    3. One of which nothing is known leaves the chain unknown.
    """
    if not any(certificate.revocable for certificate in chain[:-1]):
        return Assessment()
    from sealwright.pki.revocation.looking import look  # noqa: PLC0415  # most chains cannot be revoked

    # 1. every certificate
    outcomes = [
        (certificate, look(certificate, issuer, evidence, at))
        for certificate, issuer in pairwise(chain)
        if certificate.revocable
    ]
    asked = tuple(told for _, outcome in outcomes for told in outcome.told)
    # 2. revoked
    for certificate, outcome in outcomes:
        standing = outcome.standing
        if standing is None or standing.state != "revoked":
            continue
        if signed_at is None or standing.revoked_before(signed_at):
            revoked = CheckFailedError(
                "revocation.revoked",
                subject=certificate.subject_text,
                revoked_at="" if standing.revoked_at is None else standing.revoked_at.isoformat(),
                cause=standing.reason,
                url=outcome.url,
                asked=asked,
            )
            return Assessment(revoked=revoked, asked=asked, until=standing.until)
    needs = frozenset[Need]().union(*(outcome.needs for _, outcome in outcomes))
    if needs:
        return Assessment(needs, asked=asked)
    # 3. unknown
    ends = [outcome.standing.until for _, outcome in outcomes if outcome.standing is not None]
    for certificate, outcome in outcomes:
        if outcome.standing is None:
            return Assessment(unknown=_unknown(certificate, outcome, asked), asked=asked, until=at + _AGAIN)
    return Assessment(asked=asked, until=min(ends))


def _unknown(
    certificate: Certificate, outcome: "Outcome", asked: tuple[Mapping[str, object], ...]
) -> Unavailable:
    problem = outcome.problem or Unavailable("revocation.no-url", retryable=False)
    data = {
        "subject": certificate.subject_text,
        "rule": problem.reason,
        "problem": reasons.sentence(problem.reason, problem.data),
        "asked": asked,
    }
    return Unavailable("revocation.unknown", outcome.retryable, data)
