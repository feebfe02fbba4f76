"""How one certificate stands: responders first, lists where they cannot tell.

Source: trust-store-trust-policy.md, "Certificate Revocation Evaluation"; RFC 5280, section 6.3.
"""

from datetime import datetime

import msgspec
from cryptography import x509

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.evidence import Crl, Evidence, OcspResponse, Unavailable
from sealwright.pki.certificate import Certificate
from sealwright.pki.revocation import addresses, crl, ocsp
from sealwright.pki.revocation.addresses import REASONS, Point
from sealwright.pki.revocation.crl import RevocationList
from sealwright.pki.revocation.inquiry import Inquiry, Outcome
from sealwright.pki.revocation.standing import Standing

__all__ = ["look"]

_MOST = {"limit": limits.REVOCATION_URLS}


def look(certificate: Certificate, issuer: Certificate, evidence: Evidence, at: datetime) -> Outcome:
    """What the evidence says of a certificate, or what is to be asked first.

    Args:
        certificate: not a root, with addresses; its chain has reached a trust anchor.
        issuer: that issued it.
        evidence: the answers so far.
        at: the time of verification, aware.

    1. Its responders are asked in turn, until one says good, revoked or unknown.
    2. If none said good or revoked, and there are places of lists, these are all asked at once. A revocation
       in any list counts; the certificate is good if the lists together cover all reasons.
    """
    places = addresses.of(certificate.der)
    inquiry = Inquiry(certificate, issuer, evidence, at)
    if places.beyond:
        inquiry.note_problem("", "", Unavailable("revocation.too-many-urls", retryable=False, data=_MOST))
    # 1. responders
    outcome = _responders(inquiry, places.ocsp)
    if outcome is not None:
        return outcome
    # 2. lists
    return _lists(inquiry, places.points, places.freshest)


def _responders(inquiry: Inquiry, urls: tuple[str, ...]) -> Outcome | None:
    """What the responders say; None: the lists have to tell, or nobody can."""
    for url in urls:
        if not addresses.reachable(url):
            inquiry.note_problem("ocsp", url, _unsupported(url))
            continue
        need = OcspResponse(url, inquiry.certificate.der, inquiry.issuer.der)
        answer = inquiry.evidence.ocsp(need)
        if answer is None:
            return inquiry.wants(need)
        if isinstance(answer, Unavailable):
            inquiry.note_problem("ocsp", url, answer)
            continue
        try:
            found = ocsp.answered(answer, inquiry.certificate, inquiry.issuer, inquiry.at)
        except CheckFailedError as error:
            inquiry.note_problem("ocsp", url, error)
            continue
        doubt = _delegate(inquiry, found)
        if isinstance(doubt, Outcome):
            return doubt
        if doubt is not None:
            inquiry.note_problem("ocsp", url, doubt)
            continue
        inquiry.note_answer("ocsp", url, found.standing)
        if found.standing.state == "unknown":
            return None
        return inquiry.settled(found.standing)
    return None


def _delegate(inquiry: Inquiry, found: ocsp.Answered) -> Outcome | Unavailable | None:
    """Whether a delegate was revoked, where that can be known: its own lists are asked, if it has any.

    RFC 6960, section 4.2.2.2.1, leaves this to local policy unless its certificate says id-pkix-ocsp-nocheck.
    Gives what is still to be asked, or why it may not answer; None: it may.
    """
    delegate = found.delegate
    if delegate is None or found.unchecked:
        return None
    places = addresses.of(delegate.der)
    if not any(point.urls for point in places.points):
        return None
    apart = Inquiry(delegate, inquiry.issuer, inquiry.evidence, inquiry.at)
    outcome = _lists(apart, places.points, places.freshest)
    if outcome.needs:
        return inquiry.wants(*outcome.needs)
    inquiry.note_all(outcome)
    if outcome.standing is not None and outcome.standing.state == "good":
        return None
    state = "was revoked" if outcome.standing is not None else "may have been revoked"
    problem = f"its certificate ({delegate.subject_text}) {state}, as its own lists have it"
    return Unavailable("revocation.not-authorised", outcome.retryable, {"problem": problem})


def _lists(inquiry: Inquiry, points: tuple[Point, ...], freshest: tuple[str, ...]) -> Outcome:
    """What the lists of all points say together."""
    found = [_point(inquiry, point, freshest) for point in points]
    told = [one.standing for one in found if one.standing is not None]
    revoked = next((standing for standing in told if standing.state == "revoked"), None)
    if revoked is not None:
        return inquiry.settled(revoked)
    needs = [one.need for one in found if one.need is not None]
    if needs:
        return inquiry.wants(*needs)
    if told and not frozenset[x509.ReasonFlags]().union(*(one.reasons for one in found)) >= REASONS:
        inquiry.note_problem("crl", "", Unavailable("revocation.reasons-not-covered", retryable=False))
        return inquiry.settled(None)
    return inquiry.settled(min(told, key=lambda standing: standing.until, default=None))


class _Found(msgspec.Struct, frozen=True):
    """What the list of one point says and for which reasons, or which list is wanted first."""

    standing: Standing | None = None
    reasons: frozenset[x509.ReasonFlags] = frozenset()
    need: Crl | None = None


def _point(inquiry: Inquiry, point: Point, freshest: tuple[str, ...]) -> _Found:
    """What the list of one point says: that of the first of its URLs which has a good one."""
    if not point.urls:
        inquiry.note_problem("crl", "", Unavailable("revocation.no-url", retryable=False))
    for url in point.urls:
        base = _list(inquiry, url)
        if isinstance(base, Crl):
            return _Found(need=base)
        if base is None:
            continue
        try:
            reasons = crl.covered(base, inquiry.certificate, point)
            delta = _delta(inquiry, base, tuple(dict.fromkeys((*base.freshest, *freshest))))
            if isinstance(delta, Crl):
                return _Found(need=delta)
            standing = crl.standing(base, delta, inquiry.certificate)
        except CheckFailedError as error:
            inquiry.note_problem("crl", url, error)
            continue
        inquiry.note_answer("crl", url, standing)
        return _Found(standing, reasons)
    return _Found()


def _delta(inquiry: Inquiry, base: RevocationList, urls: tuple[str, ...]) -> RevocationList | Crl | None:
    """The delta list of a base list, from the first URL that has a good one; None: there is none to be had.

    Raises:
        CheckFailedError: `revocation.no-delta`: without one that should be there, the base may be old.
    """
    for url in urls:
        delta = _list(inquiry, url)
        if isinstance(delta, Crl):
            return delta
        if delta is None:
            continue
        try:
            crl.require_delta(delta, base)
        except CheckFailedError as error:
            inquiry.note_problem("crl", url, error)
            continue
        return delta
    if urls:
        raise CheckFailedError("revocation.no-delta")
    return None


def _list(inquiry: Inquiry, url: str) -> RevocationList | Crl | None:
    """The list at a URL, if the issuer signed it and it has not ended; the need, if it was not asked for."""
    if not addresses.reachable(url):
        inquiry.note_problem("crl", url, _unsupported(url))
        return None
    need = Crl(url, inquiry.issuer.der)
    content = inquiry.evidence.content(need)
    if content is None:
        return need
    if isinstance(content, Unavailable):
        inquiry.note_problem("crl", url, content)
        return None
    try:
        found = crl.issued(content, inquiry.issuer.der)
        found.require_current(inquiry.at)
    except CheckFailedError as error:
        inquiry.note_problem("crl", url, error)
        return None
    return found


def _unsupported(url: str) -> Unavailable:
    return Unavailable("revocation.url-unsupported", retryable=False, data={"url": url[:200]})
