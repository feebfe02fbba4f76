"""The verdict on a manifest of the service, made in this process on the service's own content."""

from datetime import datetime, timedelta

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import NotFoundError
from sealwright.service.configuration.signed_only import SignedOnly
from sealwright.service.signatures.local import local_context, local_place
from sealwright.service.signatures.signed_only.policies import Trusting
from sealwright.service.storage import Storage
from sealwright.verdict import Verdict
from sealwright.workflow.verify import verify_subject

__all__ = ["Judgement", "judge"]


class Judgement(msgspec.Struct, frozen=True):
    """Whether a manifest is accepted, and if not, why: a reason code and its sentence.

    `until` is when the same evidence may say otherwise, or None; `passing` that it may do so soon.
    """

    accepted: bool
    reason: str = ""
    problem: str = ""
    until: datetime | None = None
    passing: bool = False


def judge(
    storage: Storage,
    table: SignedOnly,
    trusting: Trusting,
    repository: str,
    digest: Digest,
    related: tuple[str, ...],
) -> Judgement:
    """Judge a manifest, then, while it is not accepted, the others that count for it. For a worker thread.

    Args:
        storage: where it is.
        table: what is asked of the repository.
        trusting: the table's policy.
        repository: its name.
        digest: of the manifest.
        related: digests of manifests whose acceptance is enough; see `standing`.
    """
    own = _judge(storage, table, trusting, repository, digest)
    if own.accepted:
        return own
    others = []
    for digest_of_other in related:
        one = _judge(storage, table, trusting, repository, Digest(digest_of_other))
        if one.accepted:
            return one
        others.append(one)
    ends = [one.until for one in (own, *others) if one.until is not None]
    return msgspec.structs.replace(
        own, until=min(ends, default=None), passing=any(one.passing for one in (own, *others))
    )


def _judge(
    storage: Storage, table: SignedOnly, trusting: Trusting, repository: str, digest: Digest
) -> Judgement:
    if trusting.policy is None:
        fault = trusting.fault
        assert fault is not None  # noqa: S101  # one of the two is there
        return Judgement(accepted=False, reason=fault.code, problem="the policy cannot be read", passing=True)
    place = local_place(storage, table.registry, repository, digest)
    try:
        verdict = verify_subject(local_context(trusting.gather), place, place.subject(), trusting.policy)
    except NotFoundError as error:
        return Judgement(accepted=False, reason=error.code, problem=str(error), passing=True)
    if verdict.decision == "accepted":
        return Judgement(accepted=True, until=_until(verdict, trusting))
    return Judgement(
        accepted=False,
        reason=verdict.reason,
        problem=verdict.sentence,
        until=_until(verdict, trusting),
        passing=verdict.retryable,
    )


def _until(verdict: Verdict, trusting: Trusting) -> datetime | None:
    """Until when a verdict holds. It does not tell when an OpenPGP key ends, so that is looked at anew."""
    if not trusting.by_platform:
        return verdict.settled_until
    soon = verdict.at + timedelta(seconds=limits.SIGNED_ONLY_KEY_SECONDS)
    return soon if verdict.settled_until is None else min(soon, verdict.settled_until)
