"""The verdict on an index together with everything in it."""

from collections.abc import Sequence

import msgspec

from sealwright import limits
from sealwright.interfaces import Policy
from sealwright.signature import Subject
from sealwright.verdict import Decision, Verdict
from sealwright.workflow.context import Context, Place
from sealwright.workflow.inside import inside
from sealwright.workflow.side_by_side import side_by_side
from sealwright.workflow.verify import verify_subject

__all__ = ["verify_platforms"]

_WORST: tuple[Decision, ...] = ("accepted", "allowed", "refused")


def verify_platforms(
    context: Context,
    place: Place,
    subject: Subject,
    policy: Policy,
    *,
    max_signatures: int = limits.MAX_SIGNATURES,
    thorough: bool = False,
) -> Verdict:
    """Whether a policy accepts an image and, if it is an index, everything in it.

    Args:
        context: the outside.
        place: where the image is.
        subject: the image, resolved.
        policy: the one policy that decides.
        max_signatures: how many signatures of each manifest are downloaded at most.
        thorough: look at every signature.

    Returns:
        The verdict on the image. `platforms` holds one for each manifest inside. It is `accepted` only if
        all are; a reason of its own names the first that is not.

    Raises:
        SealwrightError: as `verify_subject`; or the index cannot be read.
    """

    def one(subject: Subject) -> Verdict:
        return verify_subject(
            context, place, subject, policy, max_signatures=max_signatures, thorough=thorough
        )

    platforms = inside(place, subject)
    whole, *parts = side_by_side(one, (subject, *platforms))
    return _combined(whole, parts)


def _combined(whole: Verdict, parts: Sequence[Verdict]) -> Verdict:
    """The verdict on the index, with those on its manifests taken into account."""
    everything = (whole, *parts)
    refused = [one for one in everything if one.decision == "refused"]
    ends = [one.settled_until for one in everything if one.settled_until is not None]
    found = msgspec.structs.replace(
        whole,
        platforms=tuple(parts),
        retryable=bool(refused) and all(one.retryable for one in refused),
        settled_until=min(ends, default=None),
    )
    bad = max(parts, key=lambda one: _WORST.index(one.decision), default=whole)
    if whole.decision != "accepted" and _WORST.index(whole.decision) >= _WORST.index(bad.decision):
        return found
    if bad.decision == "accepted":
        return found
    data = {
        "platform": bad.subject.platform or bad.subject.descriptor.media_type,
        "digest": str(bad.subject.descriptor.digest),
        "decision": bad.decision,
        "problem": bad.sentence,
    }
    return msgspec.structs.replace(
        found, decision=bad.decision, reason="verdict.platform-not-accepted", data=data
    )
