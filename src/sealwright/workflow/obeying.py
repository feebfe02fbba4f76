"""What everything that moves images obeys: the policy.json of this machine, and what was asked beside it."""

from collections.abc import Iterator

from sealwright.errors import RefusedError
from sealwright.interfaces import Policy
from sealwright.signature import Subject
from sealwright.verdict import Verdict
from sealwright.workflow.context import Context, Place
from sealwright.workflow.platforms import verify_image

__all__ = ["obey"]


def obey(
    context: Context,
    place: Place,
    subject: Subject,
    *,
    standing: Policy | None,
    asked: Policy | None = None,
    require_index: bool = False,
) -> Iterator[Verdict]:
    """Decide whether an image may be taken; each verdict is given before the next policy is asked.

    The image whose digest was judged is the one to be taken, whatever becomes of its tag.

    Args:
        context: the outside.
        place: where the image is.
        subject: the image, resolved.
        standing: the policy.json in force, which lets pass what it does not refuse; None: there is none.
        asked: a policy that has to accept the image, too; None: nobody asked.
        require_index: ask for the signature of an index itself, not only of what is in it.

    Raises:
        RefusedError: in the iteration: a policy refuses the image, or the one that was asked for does not
            accept it.
        SealwrightError: as `verify_image`.
    """
    if standing is not None:
        verdict = verify_image(context, place, subject, standing, require_index=require_index)
        if verdict.decision == "refused":
            raise RefusedError(verdict)
        yield verdict
    if asked is not None:
        verdict = verify_image(context, place, subject, asked, require_index=require_index)
        yield verdict
        verdict.require()
