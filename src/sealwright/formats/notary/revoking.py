"""The check `revocation` of a Notary signature.

Source: trust-store-trust-policy.md, "Certificate Revocation Evaluation".
"""

from collections.abc import Sequence
from datetime import datetime

from sealwright.evidence import Evidence
from sealwright.formats.notary.countersigning import Stamped
from sealwright.formats.record import Finding, Passed, Wanting
from sealwright.pki.certificate import Certificate
from sealwright.pki.revocation.assess import Assessment, survey
from sealwright.rules import X509Rule

__all__ = ["assessed", "finding"]


def assessed(
    chain: Sequence[Certificate], rule: X509Rule, evidence: Evidence, at: datetime, stamped: Stamped
) -> Assessment:
    """What is known of the signing chain, which has reached a trust anchor.

    Args:
        chain: the leaf first.
        rule: says whether a certificate may have been revoked after it signed.
        evidence: the answers so far.
        at: the time of verification, aware.
        stamped: when it signed, as far as that is proven.
    """
    proven = stamped.times.latest if stamped.times is not None else None
    return survey(chain, evidence, at, signed_at=proven if rule.revoked_after_signing == "accept" else None)


def finding(assessment: Assessment) -> Finding:
    """The assessment as a check finds it.

    Raises:
        CheckFailedError: `revocation.revoked`.
    """
    if assessment.revoked is not None:
        raise assessment.revoked
    if assessment.needs:
        return Wanting(assessment.needs)
    if assessment.unknown is not None:
        return assessment.unknown
    return Passed({"asked": assessment.asked}) if assessment.asked else None
