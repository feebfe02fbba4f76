"""A decision brought to its end: decide and gather in turn, and the case that no statement is about."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from sealwright import limits
from sealwright.errors import InternalError, NoStatementError
from sealwright.evidence import Evidence, Need
from sealwright.policy.decide import Case, decide
from sealwright.rules import Reject, Statement
from sealwright.signature import Subject
from sealwright.verdict import PolicyUsed, Verdict

__all__ = ["settle", "without_statement"]

Gather = Callable[[frozenset[Need]], Mapping[Need, object]]


def settle(case: Case, evidence: Evidence, gather: Gather) -> tuple[Verdict, Evidence]:
    """The final verdict, and the evidence that it needed. A need is asked once, so this ends.

    Args:
        case: statement, subject, signatures and time.
        evidence: the answers so far.
        gather: answers every need, if only with `Unavailable`.

    Raises:
        InternalError: the decision asked on after `limits.EVIDENCE_ROUNDS` rounds.
    """
    for _ in range(limits.EVIDENCE_ROUNDS):
        opinion = decide(case, evidence)
        if not opinion.needs:
            return opinion.verdict, evidence
        evidence = evidence.with_answers(gather(opinion.needs))
    raise InternalError("internal.unexpected", problem="a decision never stopped asking")


def without_statement(subject: Subject, policy: PolicyUsed, at: datetime, error: NoStatementError) -> Verdict:
    """The verdict where no statement is about the image: refused, whatever its signatures are.

    Args:
        subject: the image.
        policy: that has no statement for it.
        at: the time of the decision, aware.
        error: how the policy said so.
    """
    case = Case(Statement("", Reject(policy.origin)), subject, policy, at)
    verdict = decide(case, Evidence()).verdict
    return msgspec.structs.replace(verdict, reason=error.code, data=error.data)
