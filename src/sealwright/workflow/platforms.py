"""The verdict on an index together with everything in it, and on the one manifest that is for a platform.

Languages differ in what an index is to them. notation verifies the very manifest that was named. containers'
policy.json is about the manifest of the platform that will run, and nobody asks for a signature of the index
above it; so there an index is accepted if everything in it is, and its own signature is only told of, unless
it is asked for.
"""

from collections.abc import Sequence

import msgspec

from sealwright import limits, media_types
from sealwright.errors import UsageError
from sealwright.interfaces import Policy
from sealwright.signature import Subject
from sealwright.verdict import Decision, Verdict
from sealwright.workflow.context import Context, Place
from sealwright.workflow.inside import inside
from sealwright.workflow.side_by_side import side_by_side
from sealwright.workflow.verify import verify_subject

__all__ = ["of_platform", "verify_image"]

_CONTAINERS = "containers"
_BY_PLATFORM = (_CONTAINERS, "all")
"""The languages in which the manifests of an index are asked for."""

_WORST: tuple[Decision, ...] = ("accepted", "allowed", "refused")


def verify_image(
    context: Context,
    place: Place,
    subject: Subject,
    policy: Policy,
    *,
    recursive: bool = False,
    require_index: bool = False,
    max_signatures: int = limits.MAX_SIGNATURES,
    thorough: bool = False,
) -> Verdict:
    """Whether a policy accepts an image, as the policy's language looks at indexes.

    Args:
        context: the outside.
        place: where the image is.
        subject: the image, resolved.
        policy: that decides.
        recursive: ask for everything in an index, whatever the language.
        require_index: ask for the index itself, whatever the language.
        max_signatures: how many signatures of each manifest are downloaded at most.
        thorough: look at every signature.

    Returns:
        The verdict on the image. Of an index that is looked into, `platforms` holds one for each manifest; it
        is `accepted` only if all that is asked for are, and a reason of its own names one that is not.

    Raises:
        SealwrightError: as `verify_subject`; or the index cannot be read.
    """

    def one(subject: Subject) -> Verdict:
        return verify_subject(
            context, place, subject, policy, max_signatures=max_signatures, thorough=thorough
        )

    by_platform = policy.language in _BY_PLATFORM and subject.descriptor.media_type in media_types.INDEXES
    if not recursive and not by_platform:
        return one(subject)
    whole, *parts = side_by_side(one, (subject, *inside(place, subject)))
    index_counts = require_index or policy.language != _CONTAINERS
    return _combined(whole, parts) if index_counts or not parts else _of_parts(whole, parts)


def of_platform(place: Place, subject: Subject, platform: str) -> Subject:
    """The manifest that an index lists for a platform; the subject itself if it is no index.

    Args:
        place: where it is.
        subject: an image, resolved.
        platform: `os/architecture` or `os/architecture/variant`; empty: the subject itself.

    Raises:
        UsageError: `usage.no-such-platform`.
        MalformedContentError: the index cannot be read.
    """
    if not platform or subject.descriptor.media_type not in media_types.INDEXES:
        return subject
    found = inside(place, subject)
    for one in found:
        if one.platform is not None and f"{one.platform}/".startswith(f"{platform}/"):
            return one
    known = ", ".join(sorted({one.platform for one in found if one.platform})) or "none"
    raise UsageError("usage.no-such-platform", platform=platform, known=known)


def _of_parts(whole: Verdict, parts: Sequence[Verdict]) -> Verdict:
    """The verdict on the manifests of an index alone, told as one on the index."""
    if any(part.decision != "accepted" for part in parts):
        spared = msgspec.structs.replace(whole, decision="accepted", retryable=False)
        return _combined(spared, parts)
    data = {"count": len(parts), "decision": whole.decision, "problem": whole.sentence}
    accepted = msgspec.structs.replace(
        whole, decision="accepted", reason="verdict.platforms-accepted", data=data, retryable=False
    )
    return _combined(accepted, parts)


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
