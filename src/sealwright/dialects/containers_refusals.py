"""Why an image was refused, in the words of containers/image: a verdict as skopeo would have put it."""

from collections.abc import Iterator

from sealwright.dialects.containers_words import refusal, rejected, rejection
from sealwright.reference import DOCKER_HUB, Reference
from sealwright.verdict import Verdict

__all__ = ["familiar", "why"]

_OFFICIAL = "library/"


def why(verdict: Verdict, image: Reference) -> str:
    """The reason of a refusal.

    Args:
        verdict: that refuses.
        image: as it was asked for.
    """
    refused = next((part for part in verdict.platforms if part.decision == "refused"), verdict)
    if refused.reason == "verdict.rejected":
        return rejected(f"docker://{familiar(image)}")
    if refused.reason.startswith("containers."):
        return rejection(refused.reason, refused.data)
    return refusal(_rejections(refused))


def familiar(image: Reference) -> str:
    """A name without what docker fills in: `docker.io/` and `library/`; with the tag `latest`."""
    full = image if image.tag or image.digest else image.tagged("latest")
    if full.domain != DOCKER_HUB:
        return str(full)
    return str(full).removeprefix(f"{DOCKER_HUB}/").removeprefix(_OFFICIAL)


def _rejections(verdict: Verdict) -> Iterator[str]:
    """Of each signature, the first check that it failed; then of what is no signature."""
    for report in verdict.signatures:
        failures = (judgement.failure for judgement in report.judgements)
        failure = next((one for one in failures if one is not None), None)
        if failure is not None:
            yield rejection(failure.reason, failure.data)
    for one in verdict.unreadable:
        yield rejection(one.reason, one.data)
