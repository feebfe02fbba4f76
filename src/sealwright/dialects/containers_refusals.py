"""Why an image was refused, in the words of containers/image: a verdict as skopeo would have put it."""

from sealwright.dialects.containers_words import NO_SIGNATURE, denial, refusal, rejection
from sealwright.interfaces import Policy
from sealwright.reference import DOCKER_HUB, Reference
from sealwright.signature import Subject
from sealwright.verdict import Verdict

__all__ = ["familiar", "why"]

_OFFICIAL = "library/"


def why(policy: Policy, subject: Subject, verdict: Verdict, image: Reference) -> str:
    """The reason of a refusal.

    Args:
        policy: that refuses.
        subject: the image as the policy knows it.
        verdict: that came of it; of an index, the first platform that is refused tells why.
        image: as it was asked for.
    """
    refused = next((part for part in verdict.platforms if part.decision == "refused"), verdict)
    said = denial(policy.statement(subject).requirement, refused, f"docker://{familiar(image)}")
    if said == NO_SIGNATURE and refused.unreadable:
        return refusal(rejection(one.reason, one.data) for one in refused.unreadable)
    return said or refused.sentence


def familiar(image: Reference) -> str:
    """A name without what docker fills in: `docker.io/` and `library/`; with the tag `latest`."""
    full = image if image.tag or image.digest else image.tagged("latest")
    if full.domain != DOCKER_HUB:
        return str(full)
    return str(full).removeprefix(f"{DOCKER_HUB}/").removeprefix(_OFFICIAL)
