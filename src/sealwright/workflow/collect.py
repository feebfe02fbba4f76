"""The signatures of a subject: listed, chosen, downloaded side by side, parsed.

Anybody who may push can add referrers, so:

1. only what is listed under the right artifact type counts against the caller's limit;
2. signatures whose announced certificates are in the trust stores come first, then those that announce
   none, then the rest, which are only looked at if the first ones do not settle the matter;
3. what the limit leaves out is reported, never forgotten.

The announcement (the thumbprint annotation) is unproven; it chooses the order, it proves nothing.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

import msgspec

from sealwright.errors import MalformedSignatureError
from sealwright.evidence import Evidence, Need, TrustStore
from sealwright.formats import table
from sealwright.formats.notary.manifest import thumbprints
from sealwright.interfaces import SignatureStore
from sealwright.policy.decide import Candidate
from sealwright.signature import Listed, Subject, Unreadable
from sealwright.verdict import SignatureReport
from sealwright.workflow.side_by_side import side_by_side

__all__ = ["Collected", "Waves", "collect", "passed_over", "waves"]


class Waves(msgspec.Struct, frozen=True):
    """The listing, sorted: what is looked at first, what only if need be, what is beyond the limit."""

    first: tuple[Listed, ...]
    later: tuple[Listed, ...]
    beyond: tuple[Listed, ...]
    unreadable: tuple[Unreadable, ...]


class Collected(msgspec.Struct, frozen=True):
    """What came of downloading and parsing."""

    candidates: tuple[Candidate, ...]
    unreadable: tuple[Unreadable, ...]


def waves(
    listing: Iterable[Listed | Unreadable], evidence: Evidence, needs: frozenset[Need], most: int
) -> Waves:
    """Sort a listing by how likely each signature is to count.

    Args:
        listing: what a store lists.
        evidence: holds the trust stores that the policy names.
        needs: those trust stores.
        most: how many signatures may be downloaded.
    """
    trusted = _fingerprints(evidence, needs)
    ranked: tuple[list[Listed], list[Listed], list[Listed]] = ([], [], [])
    unreadable: list[Unreadable] = []
    for one in listing:
        if isinstance(one, Unreadable):
            unreadable.append(one)
        else:
            announced = thumbprints(dict(one.notes))
            rank = 1 if not announced else 0 if trusted.intersection(announced) else 2
            ranked[rank].append(one)
    likely, silent, foreign = ranked
    first = [*likely, *silent]
    later = foreign if first else []
    first = first or foreign
    return Waves(
        tuple(first[:most]),
        tuple(later[: max(0, most - len(first))]),
        tuple(first[most:] + later[max(0, most - len(first)) :]),
        tuple(unreadable),
    )


def collect(store: SignatureStore, subject: Subject, listed: Sequence[Listed]) -> Collected:
    """Download and parse signatures, side by side; what is no signature is reported."""
    candidates: list[Candidate] = []
    unreadable: list[Unreadable] = []
    for stored in side_by_side(lambda one: store.fetch(subject, one), listed):
        if isinstance(stored, Unreadable):
            unreadable.append(stored)
            continue
        try:
            candidates.append(Candidate(stored, table.parse(stored)))
        except MalformedSignatureError as error:
            unreadable.append(Unreadable(stored.location, error.code, error.data))
    return Collected(tuple(candidates), tuple(unreadable))


def passed_over(listed: Iterable[Listed], reason: str, **data: object) -> tuple[SignatureReport, ...]:
    """Reports on signatures that were listed and not downloaded."""
    return tuple(
        SignatureReport(one.format, one.location, considered=False, reason=reason, data=data)
        for one in listed
    )


def _fingerprints(evidence: Evidence, needs: frozenset[Need]) -> frozenset[str]:
    found: set[str] = set()
    for need in needs:
        answer = evidence.certificates(need) if isinstance(need, TrustStore) else None
        if isinstance(answer, tuple):
            found.update(sha256(der).hexdigest() for der in answer)
    return frozenset(found)
