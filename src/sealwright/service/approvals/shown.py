"""Requests and people as `/api/v1` shows them."""

import msgspec

from sealwright.approval.records import Rules
from sealwright.approval.standing import Count
from sealwright.approval.votes import Received
from sealwright.service.approvals.ledger import Opened
from sealwright.service.approvals.records import Enrolled, ShownState
from sealwright.service.approvals.times import shown

__all__ = ["ShownApproval", "ShownApprover", "ShownKey", "ShownVote", "approval", "approver", "who"]


class _Shown(msgspec.Struct, frozen=True, rename="camel"):
    """The base of all."""


class ShownVote(_Shown, frozen=True):
    """A vote, and when it was received."""

    person: str
    fingerprint: str
    decision: str
    signature: bytes
    at: str | None


class ShownApproval(_Shown, frozen=True):
    """A request: its order, how it stands, and the bytes of which `digest` is (`approval.requests`).

    Attributes:
        revision: goes up with every entry; what `known` of a long poll is compared with.
        request: the request as people sign it.
        waits_for: who has a say and has not approved yet.
    """

    id: str
    state: ShownState
    revision: int
    operation: str
    key: str
    version: str
    algorithm: str
    digested: bool
    message: bytes
    note: str
    rules: str
    requested_by: str
    requested_at: str | None
    nonce: bytes
    digest: str
    request: bytes
    alternatives: tuple[tuple[Count, ...], ...]
    votes: list[ShownVote]
    waits_for: list[str]
    denied_by: str
    ready_at: str | None
    expires_at: str | None
    spent_at: str | None


class ShownKey(_Shown, frozen=True):
    """A public key of a person: what `approval.keys` has."""

    kind: str
    fingerprint: str
    public: bytes


class ShownApprover(_Shown, frozen=True):
    """A person who has enrolled."""

    person: str
    keys: list[ShownKey]
    enrolled_at: str | None
    enrolled_by: str


def approval(opened: Opened, state: ShownState, at: int) -> ShownApproval:
    """A request as it stands at a time.

    Args:
        opened: the request.
        state: how it stands.
        at: the time, in microseconds since 1970.
    """
    request, order = opened.request, opened.request.order
    standing = opened.standing(at)
    rule = opened.rules.rule(order.operation)
    approved = {one.vote.person for one in opened.received if one.vote.decision == "approve"}
    spent = next((one.at for one in opened.entries if one.kind == "spent"), None)
    return ShownApproval(
        request.id,
        state,
        opened.kept.entries,
        order.operation,
        order.key,
        order.version,
        order.algorithm,
        order.digested,
        order.message,
        order.note,
        opened.kept.rules,
        request.requested_by,
        shown(request.requested_at),
        request.nonce,
        str(request.digest),
        opened.kept.content,
        standing.counts,
        [_vote(one) for one in opened.received],
        sorted(rule.people - approved) if rule is not None else [],
        standing.denied_by,
        shown(standing.ready_at),
        shown(standing.expires_at),
        shown(spent),
    )


def approver(enrolled: Enrolled) -> ShownApprover:
    """A person who has enrolled."""
    return ShownApprover(
        enrolled.person,
        [ShownKey(one.kind, one.fingerprint, one.public) for one in enrolled.keys],
        shown(enrolled.enrolled_at),
        enrolled.enrolled_by,
    )


def who(key: str, rules: Rules | None) -> dict[str, object]:
    """Who can approve what of a key."""
    told: dict[str, object] = {"key": key, "rules": None if rules is None else str(rules.digest)}
    if rules is not None:
        told |= msgspec.to_builtins(rules)
    else:
        told |= {"people": [], "use": None, "change": None, "block": None, "unblock": None}
    return told


def _vote(received: Received) -> ShownVote:
    vote = received.vote
    return ShownVote(vote.person, vote.fingerprint, vote.decision, vote.signature, shown(received.at))
