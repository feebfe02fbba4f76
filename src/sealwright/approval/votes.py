"""What one person says of a request, and whether it is really theirs."""

from typing import Annotated

import msgspec

from sealwright import limits
from sealwright.approval.records import Rule, Rules
from sealwright.approval.requests import Decision, Request
from sealwright.errors import CheckFailedError

__all__ = ["Received", "Vote", "require_valid", "ruling"]

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.APPROVAL_TEXT_LENGTH)]
_LATEST = 2**53


class Vote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """An approval or a denial.

    Attributes:
        person: whose it is.
        fingerprint: of their key that signed.
        decision: `approve` or `deny`.
        signature: of `Request.statement(decision)`, as the kind of the key has it (`keys`).
    """

    person: Text
    fingerprint: Text
    decision: Decision
    signature: Annotated[bytes, msgspec.Meta(min_length=1, max_length=limits.APPROVAL_SIGNATURE_BYTES)]


class Received(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A vote, and when the service got it, in microseconds since 1970."""

    vote: Vote
    at: Annotated[int, msgspec.Meta(ge=0, le=_LATEST)]


def ruling(request: Request, rules: Rules) -> Rule:
    """The rule by which a request is judged.

    Raises:
        CheckFailedError: `approval.rules-changed`: it is about other rules; `approval.not-needed`.
    """
    if request.rules_digest != rules.digest:
        raise CheckFailedError("approval.rules-changed", request=request.id)
    operation = request.order.operation
    rule = rules.rule(operation)
    if rule is None:
        raise CheckFailedError("approval.not-needed", operation=operation, key=request.order.key)
    return rule


def require_valid(request: Request, rules: Rules, vote: Vote) -> None:
    """Return if a vote is one on a request, by somebody who has a say in it.

    1. The person stands in a group of the rule.
    2. The key is theirs.
    3. The signature is one of the statement, in which the digest of the rules stands.

    Args:
        request: what was asked; `ruling` says whether it is about the rules.
        rules: under which it was.
        vote: what was said.

    Raises:
        CheckFailedError: `approval.no-say`, `approval.key-unknown`, `approval.signature-invalid`.
    """
    operation = request.order.operation
    rule = rules.rule(operation)
    # 1. the person
    say = rule is not None and vote.person in rule.people
    approver = rules.approver(vote.person) if say else None
    if approver is None:
        raise CheckFailedError("approval.no-say", person=vote.person, operation=operation)
    # 2. the key
    key = next((one for one in approver.keys if one.fingerprint == vote.fingerprint), None)
    if key is None:
        raise CheckFailedError("approval.key-unknown", person=vote.person, fingerprint=vote.fingerprint)
    # 3. the signature
    if not key.verifies(request.statement(vote.decision), vote.signature):
        raise CheckFailedError("approval.signature-invalid", person=vote.person, request=request.id)
