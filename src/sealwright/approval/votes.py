"""What one person says of a request, and whether it is really theirs."""

from typing import Annotated

import msgspec

from sealwright import limits
from sealwright.approval.records import Rules
from sealwright.approval.requests import Decision, Request
from sealwright.errors import CheckFailedError

__all__ = ["Received", "Vote", "require_valid"]

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


def require_valid(request: Request, rules: Rules, vote: Vote) -> None:
    """Return if a vote is one on this request, by somebody who has a say in it.

    1. The request is about these rules.
    2. The person stands in a group of the rule.
    3. The key is theirs.
    4. The signature is one of the statement.

    Raises:
        CheckFailedError: `approval.rules-changed`, `approval.not-needed`, `approval.no-say`,
            `approval.key-unknown`, `approval.signature-invalid`.
    """
    # 1. the rules
    if request.rules_digest != rules.digest:
        raise CheckFailedError("approval.rules-changed", request=request.id)
    operation = request.order.operation
    rule = rules.rule(operation)
    if rule is None:
        raise CheckFailedError("approval.not-needed", operation=operation, key=request.order.key)
    # 2. the person
    approver = rules.approver(vote.person) if vote.person in rule.people else None
    if approver is None:
        raise CheckFailedError("approval.no-say", person=vote.person, operation=operation)
    # 3. the key
    key = next((one for one in approver.keys if one.fingerprint == vote.fingerprint), None)
    if key is None:
        raise CheckFailedError("approval.key-unknown", person=vote.person, fingerprint=vote.fingerprint)
    # 4. the signature
    if not key.verifies(request.statement(vote.decision), vote.signature):
        raise CheckFailedError("approval.signature-invalid", person=vote.person, request=request.id)
