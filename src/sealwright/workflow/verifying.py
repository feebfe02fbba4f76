"""Verifying one image of many: what is asked, and whom else it concerns."""

import msgspec

from sealwright import limits
from sealwright.errors import SealwrightError
from sealwright.interfaces import Policy
from sealwright.signature import Subject
from sealwright.verdict import Verdict
from sealwright.workflow.context import Context, Place
from sealwright.workflow.early import resolve
from sealwright.workflow.naming import Named
from sealwright.workflow.once import Once
from sealwright.workflow.outcome import Outcome, failed
from sealwright.workflow.patience import Patience, passing
from sealwright.workflow.verify import decider

__all__ = ["Question", "Verifying"]


class Question(msgspec.Struct, frozen=True):
    """What is asked of every image of a run.

    `recursive` is about everything in an index, `require_index` about the index itself where the policy's
    language leaves it out. `platform` picks one manifest of an index. `alone`: there is one image only, so no
    other uses the time that is spent waiting for its registry.
    """

    policy: Policy
    max_signatures: int = limits.MAX_SIGNATURES
    thorough: bool = False
    recursive: bool = False
    alone: bool = False
    require_index: bool = False
    platform: str = ""


class Verifying:
    """Answers the question for one image after the other. Safe to call from several threads.

    What several tags of a repository stand for is decided once and reported for each, unless the policy looks
    at tags, too.

    Args:
        context: the outside.
        question: what is asked.
        patience: with registries.
    """

    def __init__(self, context: Context, question: Question, patience: Patience) -> None:
        self._context = context
        self._question = question
        self._patience = patience
        self._once = Once[Verdict](limits.BULK_DECIDED, lambda verdict: not verdict.retryable)

    def __call__(self, named: Named) -> Outcome:
        """The verdict on an image, or why there is none."""
        if named.failure is not None:
            return Outcome(named.image, failure=named.failure)
        return self._patience(named.registry, lambda: self._ask(named.image), passing)

    def _ask(self, image: str) -> Outcome:
        try:
            with self._context.open_image(image) as opened:
                place, subject = resolve(opened, self._question.policy, alone=self._question.alone)
                if self._question.platform:
                    from sealwright.workflow.platforms import of_platform  # noqa: PLC0415  # seldom asked

                    subject = of_platform(place, subject, self._question.platform)
                named = subject.repository if self._question.policy.language == "notation" else subject.name
                key = (subject.transport, named, subject.descriptor.digest)
                verdict = self._once(key, lambda: self._decide(place, subject))
        except SealwrightError as error:
            return failed(image, error)
        return Outcome(image, _typed(verdict, subject.typed or str(subject.name)))

    def _decide(self, place: Place, subject: Subject) -> Verdict:
        question = self._question
        decide = decider(question.policy, recursive=question.recursive, require_index=question.require_index)
        return decide(
            self._context,
            place,
            subject,
            question.policy,
            max_signatures=question.max_signatures,
            thorough=question.thorough,
        )


def _typed(verdict: Verdict, typed: str) -> Verdict:
    """The verdict as it reads under another name for the same image."""
    if verdict.subject.typed == typed:
        return verdict
    return msgspec.structs.replace(
        verdict,
        subject=msgspec.structs.replace(verdict.subject, typed=typed),
        platforms=tuple(_typed(one, typed) for one in verdict.platforms),
    )
