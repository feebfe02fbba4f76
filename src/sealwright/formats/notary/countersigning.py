"""The check `timestamp` of a Notary signature: when it was made, and who vouches for that.

Source: trust-store-trust-policy.md, "Authentic Timestamp"; RFC 3161.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.evidence import Evidence, Unavailable
from sealwright.formats.notary import judging
from sealwright.formats.notary.attributes import SCHEME_AUTHORITY
from sealwright.formats.notary.envelope import Envelope
from sealwright.formats.record import Finding, Passed, Wanting
from sealwright.pki.certificate import Certificate
from sealwright.pki.revocation.assess import Assessment, assess
from sealwright.rules import X509Rule
from sealwright.verdict import SigningTimes

__all__ = ["Stamped", "require_within", "stamped", "unrevoked"]

_CLOCK_SKEW = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)


class Stamped(msgspec.Struct, frozen=True):
    """What the check found.

    `times` are those between which the signature was made, where that is proven; `until` is when it ends.
    `failure` is one that time will mend, at `until`; any other is raised.
    """

    finding: Finding = None
    times: SigningTimes | None = None
    until: datetime | None = None
    failure: CheckFailedError | None = None


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

    1. whether a timestamp is asked for (`judging.timestamp`)
    2. the trust stores of authorities; nothing of the token is looked at before they are there
    3. the token is one, and is about this signature
    4. its signer made it, and leads to a root of these stores
    5. no certificate of the signature was outside its validity at any time at which it may have been made
    6. no certificate of the authority is revoked

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
        MalformedContentError: `timestamp.malformed` or `timestamp.not-signed-data`.
    """
    # 1. asked for
    if not judging.timestamp(envelope, chain, rule, at):
        if authentic and envelope.attributes.scheme == SCHEME_AUTHORITY:
            claimed = envelope.attributes.signed_at
            return Stamped(times=SigningTimes(claimed, claimed, "authority"))
        return Stamped()
    if not authentic:
        return Stamped("not_reached")
    # 2. trust stores
    stores = judging.stores_of(rule, "tsa")
    wanted = frozenset(store for store in stores if store not in evidence)
    if wanted:
        return Stamped(Wanting(wanted))
    roots: list[bytes] = []
    for store in stores:
        certificates = evidence.certificates(store)
        if not isinstance(certificates, tuple):
            return Stamped(certificates)
        roots.extend(certificates)
    return _vouched(envelope, chain, roots, evidence, at)


def _vouched(
    envelope: Envelope, chain: Sequence[Certificate], roots: Sequence[bytes], evidence: Evidence, at: datetime
) -> Stamped:
    from sealwright.pki.timestamps import authority, token  # noqa: PLC0415  # most signatures have none

    # 3. the token
    read = token.read(envelope.unsigned.timestamp)
    read.require_about(envelope.signature)
    made_at = read.info.made_at
    if made_at > at + _CLOCK_SKEW:
        failure = CheckFailedError("timestamp.in-future", made_at=made_at.isoformat())
        return Stamped(until=made_at - _CLOCK_SKEW, failure=failure)
    # 4. its signer
    signer = read.require_signed()
    above = authority.chain(read, signer, roots)
    # 5. the signature's certificates
    times = SigningTimes(read.earliest, read.latest, "timestamp")
    require_within(chain, read.earliest, read.latest)
    # 6. revocation
    assessment = unrevoked(above, evidence, at)
    if assessment.needs:
        return Stamped(Wanting(assessment.needs))
    if assessment.unknown is not None:
        unknown = assessment.unknown
        data = {"subject": signer.subject_text, **unknown.data, "rule": unknown.reason}
        return Stamped(
            Unavailable("timestamp.revocation-unknown", unknown.retryable, data), until=assessment.until
        )
    told = {"authority": signer.subject_text, "asked": assessment.asked}
    return Stamped(Passed(told), times, assessment.until)


def require_within(chain: Sequence[Certificate], earliest: datetime, latest: datetime) -> None:
    """Check that every certificate was valid at any time at which the signature may have been made.

    Raises:
        CheckFailedError: `timestamp.before-certificate` or `timestamp.after-certificate`.
    """
    for one in chain:
        code = ""
        if earliest < one.not_before:
            code = "timestamp.before-certificate"
        elif latest > one.not_after:
            code = "timestamp.after-certificate"
        if code:
            raise CheckFailedError(
                code,
                subject=one.subject_text,
                earliest=earliest.isoformat(),
                latest=latest.isoformat(),
                not_before=one.not_before.isoformat(),
                not_after=one.not_after.isoformat(),
            )


def unrevoked(chain: Sequence[Certificate], evidence: Evidence, at: datetime) -> Assessment:
    """What is known of an authority's chain, which has reached a root that is trusted.

    Raises:
        CheckFailedError: `timestamp.revoked`, which carries what revocation says.
    """
    try:
        return assess(chain, evidence, at)
    except CheckFailedError as error:
        raise CheckFailedError("timestamp.revoked", **{**error.data, "rule": error.code}) from None
